// The row of keyframes: each can be moved and removed.

// onChange: is given the keyframes as they should be now
function makeKeyframes(find, words, onChange) {
  const row = find("walk-keyframes");
  let keyframes = [];

  const nameOf = ({ seed, z }) => (z ? words.point : words.seed.replace("{seed}", seed));

  function newButton(kind, sign, name, press) {
    const button = document.createElement("button");
    const ariaLabel = words[kind].replace("{name}", name);
    Object.assign(button, { type: "button", className: kind, textContent: sign, ariaLabel });
    button.addEventListener("click", press);
    return button;
  }

  // The button of that kind at a place has the focus, or a neighbour that can be pressed.
  function focus(place, kind) {
    const item = row.children[Math.min(place, row.children.length - 1)];
    const button = item?.querySelector(`.${kind}:enabled`) ?? item?.querySelector("button:enabled");
    (button ?? find("walk-add")).focus();
  }

  function change(place, kind, to) {
    const [moved] = keyframes.splice(place, 1);
    if (to !== null) keyframes.splice(to, 0, moved);
    onChange(keyframes);
    focus(to ?? place, kind);
  }

  // What is drawn of a keyframe stays until it is drawn anew.
  function itemOf(keyframe, place) {
    const item = document.createElement("li");
    item.dataset.keyframe = JSON.stringify(keyframe);
    const same = [...row.children].find((old) => old.dataset.keyframe === item.dataset.keyframe);
    const canvas = same?.querySelector("canvas") ?? document.createElement("canvas");
    canvas.className = "pixels";
    const caption = same?.querySelector("span") ?? document.createElement("span");
    const name = nameOf(keyframe);
    caption.textContent ||= name;
    const label = words.place.replace("{place}", place + 1).replace("{name}", name);
    const earlier = newButton("earlier", "←", label, () => change(place, "earlier", place - 1));
    const later = newButton("later", "→", label, () => change(place, "later", place + 1));
    earlier.disabled = place === 0;
    later.disabled = place === keyframes.length - 1;
    const remove = newButton("remove", "×", label, () => change(place, "remove", null));
    item.append(canvas, caption, earlier, later, remove);
    return item;
  }

  return {
    show(now) {
      keyframes = [...now];
      row.replaceChildren(...keyframes.map(itemOf));
      find("walk-clear").disabled = !keyframes.length;
    },
    // what the server drew of them, of which there are as many
    draw(sheet, size, labels) {
      [...row.children].forEach((item, place) => {
        const canvas = item.querySelector("canvas");
        Object.assign(canvas, size);
        drawFrom(sheet, size, place, 0, canvas);
        const name = nameOf(keyframes[place]);
        item.querySelector("span").textContent = labels[place]
          ? words.labelled.replace("{name}", name).replace("{label}", labels[place])
          : name;
      });
      row.dataset.n = String(Number(row.dataset.n ?? 0) + 1);
    },
  };
}
