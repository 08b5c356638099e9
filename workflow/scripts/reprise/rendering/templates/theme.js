// Runs before anything is drawn, so that a remembered theme does not flash.
try {
  const theme = localStorage.getItem("reprise-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch (_) { /* storage is off: the system's theme is used */ }
