'use strict';
// The page is whole without this. It opens what a link leads to, and searches the scenarios.
(() => {
  const open = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    let at = id && document.getElementById(id);
    if (!at) return;
    for (let up = at; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
    at.scrollIntoView({ block: 'start' });
    (at.tagName === 'DETAILS' ? at.querySelector('summary') : at).focus?.();
  };
  addEventListener('hashchange', open);
  open();
  const search = document.getElementById('search');
  const items = [...document.querySelectorAll('#scenario-list > li')];
  const texts = items.map((item) => item.textContent.toLowerCase());
  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    items.forEach((item, at) => {
      item.hidden = !words.every((word) => texts[at].includes(word));
      shown += item.hidden ? 0 : 1;
    });
    document.getElementById('shown').textContent = `${shown} of ${items.length} scenario${items.length === 1 ? '' : 's'}`;
  };
  document.getElementById('filter').hidden = false;
  search.addEventListener('input', draw);
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement.tagName !== 'INPUT') { event.preventDefault(); search.focus(); }
    if (event.key === 'Escape' && document.activeElement === search) { search.value = ''; draw(); }
  });
  draw();
})();
