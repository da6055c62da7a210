// What is chosen beside z: labels and their mixture, truncation, weights.

// `change(part)` hears of each choice, as that part of a point.
function makeSettings(find, words, change) {
  const option = (value, name) => Object.assign(document.createElement("option"), { value, textContent: name });

  function radio(name, number) {
    const [label, input] = ["label", "input"].map((tag) => document.createElement(tag));
    Object.assign(input, { type: "radio", name: "latent-label", value: number });
    label.append(input, name);
    return label;
  }

  function check(part, value) {
    for (const input of find(part).querySelectorAll("input")) input.checked = input.value === String(value);
  }

  find("labels").addEventListener("change", ({ target }) => change({ label: Number(target.value) }));
  find("weights").addEventListener("change", ({ target }) => change({ weights: target.value }));
  find("other").addEventListener("change", ({ target }) =>
    change(target.value ? { other: Number(target.value), share: 0.5 } : { other: null, share: 0 }),
  );
  for (const name of ["share", "psi"]) {
    find(name).addEventListener("input", ({ target }) => change({ [name]: Number(target.value) }));
  }

  return {
    // for another model
    offer({ labels, one_set }) {
      find("labels").replaceChildren(find("labels").querySelector("legend"), ...labels.map(radio));
      find("other").replaceChildren(option("", words.no_other), ...labels.map((name, i) => option(i, name)));
      find("labels").hidden = find("mixing").hidden = labels.length === 0;
      for (const input of find("weights").querySelectorAll("input")) {
        input.disabled = one_set && input.value !== "shown";
      }
      find("weights-reason").textContent = one_set;
    },
    show({ label, other, share, psi, weights, kind }) {
      check("kinds", kind);
      check("labels", label);
      check("weights", weights);
      find("other").value = other ?? "";
      find("share").disabled = other === null;
      for (const [name, number] of [["share", share], ["psi", psi]]) {
        if (Number(find(name).value) !== number) find(name).value = number;
        find(`${name}-number`).textContent = number.toFixed(2);
      }
    },
  };
}
