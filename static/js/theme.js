const next = { light: "dark", dark: "system" };
const { dataset } = document.documentElement;
try {
  dataset.theme = localStorage.theme;
} catch {}
addEventListener("click", (/** @type {any} */ { target }) => {
  if (!target.closest(".theme")) return;
  dataset.theme = next[dataset.theme ?? ""] ?? "light";
  try {
    localStorage.theme = dataset.theme;
  } catch {}
});
