// Space plays and pauses, the right arrow makes a round, wherever no control has the focus.

const KEYS = { " ": ["pause", "resume", "start"], ArrowRight: ["move-round"] }; // the first that can be pressed

function listenToKeys(element) {
  function listen(event) {
    if (!element.isConnected) {
      document.removeEventListener("keydown", listen);
      return;
    }
    if (!element.offsetParent) return; // another tab of the app is on show
    const names = KEYS[event.key];
    if (!names || event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    names.map((name) => document.getElementById(name)).find((button) => button && !button.disabled)?.click();
  }
  document.addEventListener("keydown", listen);
}
