// Runs before the first paint, so that a chosen theme never flashes.
try {
  const theme = localStorage.getItem('radl.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch { /* storage is switched off: the system's theme holds */ }
