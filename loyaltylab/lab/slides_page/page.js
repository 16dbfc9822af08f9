const ROOM = 672;  // pixels of a slide for what it holds
const LEAST = 0.66, SCROLLED = 0.85;  // the smallest zoom, and that of what does not fit even so
const LARGE = 1.2;  // the zoom of a little prose

function numbers(table) {
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  [...(rows[0]?.cells ?? [])].forEach((_, column) => {
    const cells = rows.map((row) => row.cells[column]).filter(Boolean);
    const plain = (cell) => /^[-−+]?[\d,.]+(e[-+]?\d+)?%?$|^(NaN|<NA>|inf|None|)$/.test(cell.textContent.trim());
    if (cells[0].tagName === "TD" && cells.every(plain)) {
      [...table.rows].forEach((row) => row.cells[column]?.classList.add("number"));
    }
  });
}

function narrow(table) {
  const room = table.parentElement.clientWidth;
  if (table.scrollWidth > room + 1) table.classList.add("close");
  const wide = table.scrollWidth;
  if (wide > room + 1) table.style.zoom = Math.max(0.55, room / wide - 0.005);
}

function fit(box) {
  const tall = () => box.getBoundingClientRect().height;
  for (let zoom = 1; zoom >= LEAST && tall() > ROOM; zoom -= 0.02) box.style.zoom = zoom.toFixed(2);
  const wide = box.scrollWidth > box.clientWidth + 1;
  if (tall() > ROOM || wide) {
    const zoom = box.style.zoom = SCROLLED;
    box.classList.add("scrolls");
    box.style.maxHeight = `${ROOM / zoom}px`;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "scrolls");
    return;
  }
  if (!box.querySelector(".jp-CodeCell, .first") && tall() < ROOM / 2) box.style.zoom = LARGE;
  const pictures = box.querySelectorAll(".jp-OutputArea img");
  const spare = ROOM - tall();
  if (pictures.length === 1 && spare > 30) {
    const picture = pictures[0], was = picture.getBoundingClientRect();
    const larger = Math.min(1.4, 1 + (spare - 12) / was.height);
    picture.style.width = `${Math.round(picture.width * larger)}px`;
  }
}

window.addEventListener("load", async () => {
  const leaves = [...document.querySelectorAll(".slides section:not(:has(section))")];
  for (const leaf of leaves) {
    const box = document.createElement("div");
    box.className = "fit";
    box.append(...leaf.childNodes);
    leaf.append(box);
    box.querySelectorAll("table").forEach(numbers);
  }
  await Promise.all([...document.images].map((picture) => picture.decode().catch(() => null)));
  for (const leaf of leaves) {
    leaf.querySelectorAll("table").forEach(narrow);
    fit(leaf.firstElementChild);
  }
  document.documentElement.classList.remove("measuring");
  await Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, transition: "none",
    navigationMode: "linear", slideNumber: "c/t", controls: false,
  });
});
