// @ts-check
import { announce, byId } from '../core/dom.js';

const ORDER = ['system', 'light', 'dark'];

export function startTheme() {
  const button = byId('theme');
  let theme = document.documentElement.dataset.theme ?? 'system';
  const show = () => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.title = `Theme: ${theme}`;
    button.setAttribute('aria-label', `Theme: ${theme}`);
  };
  button.addEventListener('click', () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    try {
      localStorage.setItem('radl.theme', theme);
    } catch { /* storage is switched off: the theme lasts as long as the page */ }
    show();
    announce(`Theme: ${theme}`);
  });
  show();
}
