// Undo and redo: what happens from one `before` to the next `close` is one step.

const MOST_STEPS = 200;

function makeHistory() {
  let past = [];
  let future = [];
  let open = false;
  const swap = (from, to, now) => {
    open = false;
    if (!from.length) return now;
    to.push(now);
    return from.pop();
  };
  return {
    before(now) {
      if (open) return;
      open = true;
      past = [...past, now].slice(-MOST_STEPS);
      future = [];
    },
    close: () => (open = false),
    undo: (now) => swap(past, future, now),
    redo: (now) => swap(future, past, now),
    clear() {
      [past, future, open] = [[], [], false];
    },
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
  };
}

// Ctrl+Z and Ctrl+Shift+Z, unless something is being typed
function listenForUndo(element, undo, redo) {
  function listen(event) {
    if (!element.isConnected) return document.removeEventListener("keydown", listen);
    const here = event.target === document.body || element.contains(event.target);
    if (!here || !element.offsetParent) return; // another tab of the app is on show
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.target.matches("textarea, input:not([type=range], [type=radio], [type=checkbox])")) return;
    event.preventDefault();
    (event.shiftKey ? redo : undo)();
  }
  document.addEventListener("keydown", listen);
}
