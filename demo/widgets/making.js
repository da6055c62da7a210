// How far a data set is. The server is asked only while one is being made.

const POLL_MS = 250;
const UNITS = ["bytes", "kB", "MB", "GB"];
const find = (name) => element.querySelector(`[data-part="${name}"]`);
const words = props.words;
let round = 0; // of the asking; a newer one ends those before

function sizeOf(bytes) {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** unit).toFixed(unit > 1 ? 1 : 0)} ${UNITS[unit]}`;
}

function show(told) {
  const numbers = { done: grouped(told.done), total: grouped(told.total) };
  const underWay = ["waiting", "making", "packing"].includes(told.phase);
  find("making").hidden = false;
  find("making").dataset.phase = told.phase;
  find("making-progress").hidden = !underWay;
  find("making-progress").value = told.done / told.total;
  find("making-told").textContent = fill(words[told.phase], { ...told, ...numbers });
  find("making-stop").hidden = !underWay;
  find("making-take").hidden = told.phase !== "made";
  find("making-take").textContent = fill(words.take, { name: told.name, size: sizeOf(told.bytes) });
  return underWay;
}

async function follow() {
  const { token } = props.value ?? {};
  const mine = ++round;
  while (token && element.isConnected && mine === round) {
    const told = await server.poll({ token });
    if (mine !== round) return;
    if (told?.error || (told && !told.phase)) return void (find("making").hidden = true);
    if (!told) find("making-told").textContent = words.lost;
    else if (!show(told)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

find("making-stop").addEventListener("click", async () => {
  find("making-stop").disabled = true;
  await server.stop({ token: props.value.token });
  find("making-stop").disabled = false;
  follow();
});
find("making-take").addEventListener("click", () => trigger("take", props.value.token));
let shown = "";
watch("value", () => {
  if (JSON.stringify(props.value) !== shown) follow(); // points move all the time
  shown = JSON.stringify(props.value);
});
follow();
