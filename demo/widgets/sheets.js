// Many images in one picture, as the server sends them.

const GAP = 2; // pixels between them, as in gan_core/images.py

async function sheetOf(source) {
  const image = new Image();
  image.src = source;
  await image.decode();
  return image;
}

function drawFrom(sheet, { width, height }, column, row, canvas, x = 0) {
  const place = [column * (width + GAP), row * (height + GAP)];
  canvas.getContext("2d").drawImage(sheet, ...place, width, height, x, 0, width, height);
}
