// Filmstrips: leg below leg, and of a leg path below path; their images can be pointed at.

function newStrip(walk, sheet, leg, label, onPoint) {
  const canvas = document.createElement("canvas");
  const { width, height } = walk.size;
  canvas.width = walk.steps * (width + GAP) - GAP;
  canvas.height = height;
  canvas.role = "img";
  canvas.ariaLabel = label;
  canvas.style.setProperty("--images", walk.steps);
  const top = leg * (height + GAP);
  const whole = [canvas.width, height];
  canvas.getContext("2d").drawImage(sheet, 0, top, ...whole, 0, 0, ...whole);
  canvas.addEventListener("click", ({ offsetX }) =>
    onPoint(leg, Math.min(walk.steps - 1, Math.floor((offsetX / canvas.clientWidth) * walk.steps))),
  );
  return canvas;
}

// onPoint: is given the leg and the number of an image in it
function drawStrips(box, walk, methods, words, onPoint) {
  const told = methods.length > 1 ? words.compared : words.leg;
  const [upper, lower] = methods;
  const legs = Array.from({ length: walk.legs }, (_, leg) => {
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    const named = told.replace("{leg}", leg + 1).replace("{upper}", upper);
    caption.textContent = named.replace("{lower}", lower);
    const strips = walk.sheets.map((sheet, number) =>
      newStrip(walk, sheet, leg, `${caption.textContent}: ${methods[number]}`, onPoint),
    );
    const scrolled = document.createElement("div");
    scrolled.className = "leg";
    scrolled.append(...strips);
    figure.append(caption, scrolled);
    return figure;
  });
  box.replaceChildren(...legs);
}
