// Asks the server for what is new, again and again: one question at a time, none that nobody sees.

const POLL_MS = 500; // what a click has changed is soon seen
const TRAINING_MS = 1000; // an answer redraws charts, which takes time from the training beside them

// ask() gives a report, or nothing where the server is gone; asked while wanted()
function pollServer(element, { wanted, ask, take, lost }) {
  async function next() {
    const seen = !document.hidden && element.offsetParent; // and not behind another tab of the app
    if (!seen || !wanted()) return null;
    const report = await ask();
    if (report) await take(report);
    else lost();
    return report;
  }

  async function poll() {
    let rest = POLL_MS;
    try {
      const report = await next();
      // in slow motion each round is to be seen
      if (report?.phase === "training" && !report.seconds_a_round) rest = TRAINING_MS;
    } finally {
      if (element.isConnected) setTimeout(poll, rest);
    }
  }

  poll();
}
