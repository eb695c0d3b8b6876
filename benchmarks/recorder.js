// @ts-nocheck
// Runs before the page's own scripts and writes down which rows are marked, and when.
if (window === window.top) {
  const ROW = "[data-claim][data-start]";
  const marked = new Set();
  window.recorder = { snapshots: [] };
  new MutationObserver((records) => {
    const at = performance.timeOrigin + performance.now();
    const rows = records.map(({ target }) => target).filter((target) => target.matches(ROW));
    for (const row of rows) {
      if (row.getAttribute("aria-current") === "true") marked.add(row);
      else marked.delete(row);
    }
    if (rows.length === 0) return;
    const starts = new Set([...marked].map((row) => Number(row.dataset.start)));
    window.recorder.snapshots.push({ at, starts: [...starts] });
  }).observe(document, { subtree: true, attributeFilter: ["aria-current"] });
}
