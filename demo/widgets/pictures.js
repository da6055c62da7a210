// A grid of samples: from what the server sends to pixels.

async function decode({ src, ...picture }) {
  return { ...picture, image: await sheetOf(src) };
}

function paint(canvas, image) {
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0);
}

function momentOf({ epoch, step }, words) {
  return `${words.epoch} ${epoch} · ${words.step} ${step}`;
}
