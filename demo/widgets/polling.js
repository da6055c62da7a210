// Asks the server for what is new, again and again: one question at a time, none that nobody sees.

const POLL_MS = 400;
const REST = 15; // times as long as an answer takes to draw: a training may share the machine

const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

// ask() gives a report, or nothing where the server is gone; asked while wanted()
function pollServer(element, { wanted, ask, take, lost }) {
  // Milliseconds until what was answered is on the screen.
  async function turn() {
    const report = await ask();
    const began = performance.now();
    if (report) await take(report);
    else lost();
    await painted();
    return performance.now() - began;
  }

  async function poll() {
    if (!element.isConnected) return;
    const seen = !document.hidden && element.offsetParent; // and not behind another tab of the app
    let spent = 0;
    try {
      if (seen && wanted()) spent = await turn();
    } finally {
      setTimeout(poll, Math.max(POLL_MS, REST * spent));
    }
  }

  poll();
}
