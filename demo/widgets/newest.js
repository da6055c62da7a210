// One call at a time; whatever is wanted meanwhile, the newest is asked once the answer is there.

function newestOnly(element, ask) {
  let [wanted, busy] = [false, false];
  return async function request() {
    wanted = true;
    if (busy) return;
    busy = true;
    try {
      while (wanted && element.isConnected) {
        wanted = false;
        await ask();
      }
    } finally {
      busy = false;
    }
  };
}
