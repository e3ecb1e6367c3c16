'use strict';
(() => {
  const root = document.documentElement;
  const all = (s, in_ = document) => [...in_.querySelectorAll(s)];

  // Light or dark: the system's, until somebody says otherwise.
  const theme = document.getElementById('theme');
  const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);
  const word = () => { theme.textContent = dark() ? document.body.dataset.light : document.body.dataset.dark; };
  theme.addEventListener('click', () => { root.dataset.theme = dark() ? 'light' : 'dark'; word(); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', word);
  theme.hidden = false;
  word();

  const logs = all('.what-happened').map((card) => ({
    card,
    rows: all('tbody tr', card).map((tr) => ({ tr, layer: tr.dataset.l, text: tr.textContent.toLowerCase() })),
    chips: all('.chip', card),
    count: card.querySelector('.count'),
  }));
  const search = document.getElementById('search');

  const show = (log) => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const on = new Set(log.chips.filter((c) => c.getAttribute('aria-pressed') === 'true').map((c) => c.dataset.l));
    let shown = 0;
    for (const r of log.rows) {
      const ok = on.has(r.layer) && words.every((w) => r.text.includes(w));
      if (r.tr.hidden === ok) r.tr.hidden = !ok;
      if (ok) shown++;
    }
    log.count.textContent = shown.toLocaleString('en') + document.body.dataset.of + log.rows.length.toLocaleString('en');
  };

  for (const log of logs) {
    for (const chip of log.chips) {
      // Frames are many: the story is read without them first.
      chip.setAttribute('aria-pressed', String(chip.dataset.l !== 'frame'));
      chip.addEventListener('click', () => {
        chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
        show(log);
      });
    }
    log.card.querySelector('.chips').hidden = false;
    show(log);
  }

  // Who searches means everything: what a search finds among the frames is shown too.
  let wait = 0;
  search.addEventListener('input', () => {
    clearTimeout(wait);
    wait = setTimeout(() => {
      if (search.value) for (const l of logs) for (const c of l.chips) c.setAttribute('aria-pressed', 'true');
      logs.forEach(show);
    }, 80);
  });
  search.parentElement.hidden = false;
  addEventListener('keydown', (e) => {
    if (e.key === '/' && document.activeElement !== search) { e.preventDefault(); search.focus(); }
    if (e.key === 'Escape' && document.activeElement === search) { search.value = ''; search.dispatchEvent(new Event('input')); }
  });

  // A link to a run opens it.
  const open = () => {
    const at = location.hash && document.getElementById(location.hash.slice(1));
    if (at && at.tagName === 'DETAILS') { at.open = true; at.scrollIntoView(); }
  };
  addEventListener('hashchange', open);
  open();
})();
