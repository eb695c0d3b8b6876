// Before the first paint, or a dark page would flash white.
const themes = ["light", "dark"];
const { dataset } = document.documentElement;
try {
	dataset.theme = localStorage.theme;
} catch {}
addEventListener("click", (/** @type {any} */ { target }) => {
	if (!target.closest(".theme")) return;
	dataset.theme = themes[themes.indexOf(dataset.theme ?? "") + 1] ?? "system";
	try {
		localStorage.theme = dataset.theme;
	} catch {}
});
