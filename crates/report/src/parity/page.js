
// Which rows are shown.
(() => {
  const app = document.getElementById('app');
  const different = document.getElementById('different');
  const rows = [...document.querySelectorAll('#table tbody tr')];
  const count = document.getElementById('count');
  const show = () => {
    const wanted = app.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = row.dataset.app.toLowerCase().includes(wanted);
      row.hidden = !fits || (different.checked && !('differs' in row.dataset));
      if (!row.hidden) shown += 1;
    }
    count.textContent = `${shown} of ${rows.length} Applications`;
  };
  app.addEventListener('input', show);
  different.addEventListener('change', show);
  show();
})();
