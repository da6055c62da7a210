// Who leads: a table with a row for each lane, the best first.

function makeScoreboard(find, words) {
  let shown = ""; // as JSON

  function cell(row, text, tag = "td") {
    const node = document.createElement(tag);
    node.textContent = text;
    row.append(node);
    return node;
  }

  function draw({ board, measure, phase }) {
    find("board").replaceChildren(...board.map((lane) => {
      const row = document.createElement("tr");
      cell(row, lane.place ?? "–");
      const name = cell(row, lane.objective, "th");
      name.scope = "row";
      name.prepend(laneKey(lane.lane));
      const { score, error } = lane;
      const distance = score === null ? "–" : `${score.toFixed(1)} ± ${error.toFixed(1)}`;
      cell(row, measure === "missing" && score !== null ? score : distance);
      const { present, classes } = lane;
      cell(row, classes ? words.of.replace("{present}", present).replace("{classes}", classes) : "–");
      cell(row, lane.diversity?.toFixed(2) ?? "–");
      cell(row, lane.step.toLocaleString("en"));
      cell(row, `${lane.seconds.toFixed(1)} s`);
      const states = { racing: words[phase], diverged: words.diverged, finished: words.end };
      cell(row, states[lane.state]);
      return row;
    }));
  }

  return (report) => {
    const told = JSON.stringify([report.board, report.phase]);
    if (told !== shown) draw(report);
    shown = told;
  };
}
