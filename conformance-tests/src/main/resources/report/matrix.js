'use strict';
(() => {
  const form = document.querySelector('.filter');
  const text = document.getElementById('text');
  const found = document.getElementById('found');
  const none = document.getElementById('none');
  const rows = [...document.querySelectorAll('.row')].map(element => ({
    element,
    status: element.dataset.status,
    words: element.textContent.toLowerCase(),
    group: element.closest('.group'),
  }));
  const groups = [...document.querySelectorAll('.group')];
  const boxes = [...document.querySelectorAll('.family, .area')];

  // Groups that the filter opened are closed again when it is emptied; those the reader opened stay.
  const opened = new Set();
  const open = details => {
    if (!details.open) {
      details.open = true;
      opened.add(details);
    }
  };

  const apply = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(word => word);
    const status = form.elements.status.value;
    const filtering = words.length > 0 || status !== '';
    const shown = new Map();
    let count = 0;
    for (const row of rows) {
      const match = (!status || row.status === status) && words.every(word => row.words.includes(word));
      row.element.hidden = !match;
      if (match) {
        count++;
        shown.set(row.group, (shown.get(row.group) ?? 0) + 1);
      }
    }
    opened.forEach(details => { details.open = false; });
    opened.clear();
    for (const group of groups) {
      group.hidden = !shown.has(group);
      // Few matches are shown at once; many would bury the list of groups.
      if (filtering && count <= 60 && shown.has(group)) {
        open(group);
      }
    }
    for (const box of boxes) {
      box.hidden = !box.querySelector('.group:not([hidden])');
      if (filtering && !box.hidden && box.matches('.area')) {
        open(box);
      }
    }
    none.hidden = count > 0;
    found.textContent = filtering ? `${count} of ${rows.length} rows` : '';
  };

  // A link to a row or an area opens what it lies in.
  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) {
      return;
    }
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === 'DETAILS') {
        at.open = true;
      }
    }
    target.scrollIntoView();
  };

  form.hidden = false;
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('input', apply);
  window.addEventListener('hashchange', reveal);
  apply();
  reveal();
})();
