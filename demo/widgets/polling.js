// Asks the server for what is new, again and again: one question at a time, none that nobody sees.

const POLL_MS = 500; // an answer redraws charts, which takes time from a training beside them

// ask() gives a report, or nothing where the server is gone; asked while wanted()
function pollServer(element, { wanted, ask, take, lost }) {
  let busy = false;

  async function poll() {
    if (!element.isConnected) {
      clearInterval(timer);
      return;
    }
    const seen = !document.hidden && element.offsetParent; // and not behind another tab of the app
    if (busy || !seen || !wanted()) return;
    busy = true;
    try {
      const report = await ask();
      if (report) await take(report);
      else lost();
    } finally {
      busy = false;
    }
  }

  const timer = setInterval(poll, POLL_MS);
  poll();
}
