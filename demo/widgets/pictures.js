// A grid of samples: from what the server sends to pixels.

async function decode({ src, ...picture }) {
  const image = new Image();
  image.src = src;
  await image.decode();
  return { ...picture, image };
}

function paint(canvas, image) {
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0);
}

function momentOf({ epoch, step }, words) {
  return `${words.epoch} ${epoch} · ${words.step} ${step}`;
}
