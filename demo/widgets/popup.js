// A panel over the page that a button opens; Escape, a click or the focus elsewhere closes it.

function makePopup(panel, button) {
  const away = ({ target }) => !panel.contains(target) && !button.contains(target);

  function set(open) {
    panel.hidden = !open;
    button.ariaExpanded = String(open);
    const change = open ? "addEventListener" : "removeEventListener"; // a page left behind keeps none
    document[change]("pointerdown", closeIfAway);
    document[change]("focusin", closeIfAway);
    if (open) panel.focus();
  }

  function closeIfAway(event) {
    if (away(event)) set(false);
  }

  function escape(event) {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    set(false);
    button.focus();
  }

  button.addEventListener("click", () => set(panel.hidden));
  for (const part of [panel, button]) part.addEventListener("keydown", escape);
  return { close: () => set(false) };
}
