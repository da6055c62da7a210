// The pixels of the point, and what D thinks of them.

function drawImage(canvas, { width, height, channels, pixels }) {
  const bytes = Uint8Array.from(atob(pixels), (c) => c.charCodeAt(0));
  const picture = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = bytes[i * channels + (c % channels)];
    picture.data[4 * i + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").putImageData(picture, 0, 0);
  canvas.dataset.n = String(Number(canvas.dataset.n ?? 0) + 1);
}

function showOpinion(find, { opinion, reason }) {
  for (const name of ["opinion-bar", "opinion-number"]) find(name).hidden = opinion === undefined;
  find("opinion-reason").hidden = opinion !== undefined;
  find("opinion-reason").textContent = reason ?? "";
  if (opinion === undefined) return;
  find("opinion-bar").value = opinion;
  find("opinion-number").textContent = opinion.toFixed(2);
}
