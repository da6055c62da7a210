// What several widgets build their parts with.

// "{count} of {total}" with what is told of each name.
const fill = (line, told) => line.replace(/\{(\w+)\}/g, (_, name) => told[name]);

const grouped = (number) => number.toLocaleString("en");

function newElement(tag, parts, ...content) {
  const made = Object.assign(document.createElement(tag), parts);
  made.append(...content);
  return made;
}
