// Tells of each hash that the visitor puts into the page's address, or goes back to.

function listen({ newURL }) {
  if (!element.isConnected) return removeEventListener("hashchange", listen);
  props.value = new URL(newURL).hash;
  trigger("linked");
}
addEventListener("hashchange", listen);
