
(() => {
  const $ = (id) => document.getElementById(id);
  const items = $('list') ? model(JSON.parse($('data').textContent)) : [];
  // How many items, and effects of one, are made at once.
  const BATCH = 200;
  let matching = items;
  let drawn = 0;

  // An element. Texts of others get in as text nodes only.
  const el = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === 'onclick') element.addEventListener('click', value);
      else if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
    return element;
  };
  const COLOURS = { unexplained: 'red', expected: 'green', version: 'blue', implied: 'violet' };
  const isOpen = (cause) => cause.class === 'unexplained' || (cause.class === 'security' && !cause.reason);
  const badge = (cause) => {
    const colour = isOpen(cause) ? 'red' : cause.class === 'security' ? 'amber' : COLOURS[cause.class] || '';
    return el('span', { class: `badge ${colour}` }, cause.risk || cause.class);
  };
  const at = (place) => el('span', { class: 'mono place' }, `${place.file}:${place.line}`);
  const source = (place) => [at(place), place.text ? el('code', { class: 'source' }, place.text.trim()) : null];
  const arrow = (before, after) => el('span', { class: 'mono' },
    el('del', {}, before === null ? 'none' : short(before)), ' → ', el('ins', {}, after === null ? 'none' : short(after)));
  const counted = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const alone = (effect) => `only in ${effect.comparison[effect.alone]}`;
  const reason = (cause) => [cause.reason, cause.owner ? `owner ${cause.owner}` : null, cause.review ? `review ${cause.review}` : null]
    .filter(Boolean).join(' · ');

  // Filters.
  const filters = () => ({
    app: $('app').value, class: $('class').value, kind: $('kind').value, env: $('env').value,
    words: $('search').value.toLowerCase().split(/\s+/).filter(Boolean),
  });
  const keeps = (filter, item, effect) => (!filter.app || effect.app.name === filter.app)
    && (!filter.kind || effect.kind === filter.kind) && (!filter.env || effect.env === filter.env)
    && (!filter.class || effect.change.class === filter.class || item.cause.class === filter.class)
    && filter.words.every((word) => item.text.includes(word) || effect.text.includes(word));
  const apply = () => {
    const filter = filters();
    let count = 0;
    let total = 0;
    matching = items.filter((item) => {
      const all = [...item.effects, ...item.follow];
      const kept = all.filter((effect) => keeps(filter, item, effect));
      item.kept = new Set(kept);
      total += all.length;
      count += kept.length;
      return kept.length > 0;
    });
    const noun = items.length && items[0].cause.kind === 'object' ? 'object' : 'cause';
    $('status').textContent = `${matching.length} of ${counted(items.length, noun)}, ${count} of ${counted(total, 'difference')}`;
    document.querySelectorAll('.class').forEach((button) => {
      button.setAttribute('aria-pressed', String(button.dataset.class === filter.class));
    });
    $('list').replaceChildren();
    drawn = 0;
    draw(BATCH);
  };
  const draw = (count) => {
    $('list').append(...matching.slice(drawn, drawn + count).map(article));
    drawn = Math.min(matching.length, drawn + count);
    $('more').hidden = drawn >= matching.length;
    $('more').textContent = `Show ${Math.min(BATCH, matching.length - drawn)} more`;
    if (!matching.length) $('list').append(el('p', { class: 'panel soft' }, 'Nothing matches.'));
  };

  // An item: its head, and its body once it is opened.
  const article = (item) => {
    const { cause } = item;
    const body = el('div', { class: 'body', id: `${cause.id}-body`, hidden: '' });
    const first = item.effects[0];
    const [before, after] = item.values;
    const what = first && first.alone && cause.kind !== 'object' ? alone(first)
      : before === null && after === null ? '' : arrow(before, after);
    const place = item.places[item.places.length - 1];
    const head = el('button', { type: 'button', class: 'head', 'aria-expanded': 'false', 'aria-controls': body.id },
      el('span', { class: 'soft number' }, String(item.number)), badge(cause),
      el('span', { class: 'what' }, el('span', { class: 'name mono' }, cause.name), ' ', what),
      el('span', { class: 'soft number count' }, counted(item.effects.length + item.follow.length, 'difference')),
      el('span', { class: 'line soft' }, reason(cause) || (isOpen(cause) ? 'nobody says why' : ''), ' ', place ? at(place) : ''));
    const element = el('article', { class: 'item', id: cause.id, 'data-class': cause.class }, el('h3', {}, head), body);
    head.addEventListener('click', () => toggle(item, element));
    return element;
  };
  const toggle = (item, element, open) => {
    const head = element.querySelector('.head');
    const now = open === undefined ? head.getAttribute('aria-expanded') !== 'true' : open;
    const body = element.querySelector('.body');
    if (now && !body.firstChild) body.append(...details(item));
    head.setAttribute('aria-expanded', String(now));
    body.hidden = !now;
    element.classList.toggle('open', now);
    if (now && open === undefined) history.replaceState(null, '', `#${item.cause.id}`);
  };
  const details = (item) => {
    const { cause } = item;
    const facts = el('dl', { class: 'facts' });
    const fact = (name, ...values) => facts.append(el('dt', {}, name), el('dd', {}, ...values));
    for (const side of ['before', 'after']) {
      const said = cause[side];
      const names = [...new Set([...item.effects, ...item.follow].map((effect) => effect.comparison[side]))].join(', ');
      if (cause.kind === 'object') continue;
      if (said) fact(names, said.text ? el('code', {}, said.text) : '', ' ', said.place ? source(said.place) : '');
    }
    cause.hops.forEach((hop) => fact('through', `${hop.what} `, el('code', {}, hop.name), ' ', hop.place ? source(hop.place) : ''));
    if (cause.reason) fact('meant because', reason(cause), ' ', cause.at ? el('span', { class: 'mono place' }, cause.at) : '');
    if (cause.of) fact('follows from', cause.of);
    const parts = facts.childNodes.length ? [facts] : [];
    const list = (title, effects) => {
      const kept = effects.filter((effect) => item.kept.has(effect));
      if (!kept.length) return;
      const ul = el('ul', {});
      const more = el('button', { type: 'button', class: 'button more' }, 'Show more');
      const next = () => {
        ul.append(...kept.slice(ul.children.length, ul.children.length + BATCH).map(effectRow));
        more.hidden = ul.children.length >= kept.length;
      };
      more.addEventListener('click', next);
      next();
      parts.push(el('h4', {}, `${title} (${kept.length}${kept.length < effects.length ? ` of ${effects.length}` : ''})`), ul, more);
    };
    list(cause.kind === 'object' ? 'Fields' : 'What it changes', item.effects);
    list('What follows from that', item.follow);
    return parts;
  };

  // A difference of a field: its values, and how they came to be.
  const effectRow = (effect) => {
    const { change } = effect;
    const body = el('div', { id: `${effect.id}-body`, hidden: '' });
    const values = effect.alone || change.before === undefined && change.after === undefined ? (effect.alone ? alone(effect) : '')
      : arrow(change.before === undefined ? null : change.before, change.after === undefined ? null : change.after);
    const button = el('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': body.id },
      effect.app.name ? `${effect.app.name} › ` : '', el('b', {}, effect.subject), ' ',
      el('span', { class: 'path' }, change.path || ''), ' ', values,
      change.hazard ? el('span', { class: 'badge red' }, 'hazard') : '');
    const row = el('li', { class: 'effect', id: effect.id }, button, body);
    button.addEventListener('click', () => {
      openEffect(effect, row, button.getAttribute('aria-expanded') !== 'true');
      history.replaceState(null, '', `#${effect.id}`);
    });
    return row;
  };
  const openEffect = (effect, row, open) => {
    const body = row.lastElementChild;
    if (open && !body.firstChild) body.append(...story(effect));
    row.firstElementChild.setAttribute('aria-expanded', String(open));
    body.hidden = !open;
  };
  const story = (effect) => {
    const { change, comparison } = effect;
    const parts = [];
    if (change.hazard) parts.push(el('p', { class: 'late' }, change.hazard.advice));
    const [before, after] = [change.before, change.after];
    if (typeof before === 'string' && typeof after === 'string' && /\n/.test(before + after)) {
      const lines = lineDiff(before, after).map(([name, line]) => el('span', { class: name }, `${line}\n`));
      parts.push(el('pre', { class: 'value', tabindex: '0', role: 'region', 'aria-label': 'Lines that differ' }, lines));
    }
    const traces = change.trace || {};
    const column = (side) => {
      const cells = [el('h5', {}, comparison[side])];
      const value = change[side];
      if (value !== undefined && !parts.some((part) => part.tagName === 'PRE')) {
        cells.push(el('pre', { class: 'value', tabindex: '0', role: 'region', 'aria-label': `Value in ${comparison[side]}` }, long(value)));
      }
      if (traces[side]) cells.push(...trace(traces[side], comparison[side]));
      return el('div', {}, cells);
    };
    parts.push(el('div', { class: 'sides' }, column('before'), column('after')));
    parts.push(el('p', {}, el('a', { href: `#${effect.id}` }, 'Link to this difference')));
    return parts;
  };
  const trace = (one, side) => {
    const parts = [];
    if (one.written) parts.push(el('h5', {}, 'Written by'), ...source(one.written).filter(Boolean));
    for (const [title, list] of [['Called from', one.calls], ['There because of', one.conditions]]) {
      if (list.length) {
        parts.push(el('h5', {}, title), el('ul', {}, list.map((entry) => el('li', {}, el('code', {}, entry.name), ' ', entry.place ? at(entry.place) : ''))));
      }
    }
    if (one.layers.length) {
      parts.push(el('h5', {}, 'Layers of values'), el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Layers of values in ${side}` },
        el('table', { class: 'layers' }, el('thead', {}, el('tr', {}, ['Value', 'Says', 'Where'].map((name) => el('th', { scope: 'col' }, name)))),
          el('tbody', {}, one.layers.map((layer) => el('tr', { class: layer.wins ? 'wins' : null },
            el('td', { class: 'mono' }, layer.value), el('td', { class: 'mono' }, layer.text, layer.wins ? ' ✓ used' : ''),
            el('td', {}, layer.hops.map((hop) => el('div', {}, `${hop.what} `, el('code', {}, hop.name), ' ', hop.place ? at(hop.place) : '')))))))));
    }
    return parts;
  };

  // Links to items and differences. What is not shown is made and opened.
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (!/^(cause|object|change)-/.test(id)) return;
    const holds = (item) => item.cause.id === id || [...item.effects, ...item.follow].some((effect) => effect.id === id);
    const item = items.find(holds);
    if (!item) return;
    if (!matching.includes(item) || ![...item.kept].some((effect) => item.cause.id === id || effect.id === id)) reset();
    draw(Math.max(0, matching.indexOf(item) + 1 - drawn));
    const element = $(item.cause.id);
    toggle(item, element, true);
    let target = element;
    const effect = [...item.effects, ...item.follow].find((one) => one.id === id);
    if (effect) {
      while (!$(id)) {
        const more = [...element.querySelectorAll('.more')].find((button) => !button.hidden);
        if (!more) break;
        more.click();
      }
      if ($(id)) {
        target = $(id);
        openEffect(effect, target, true);
      }
    }
    document.querySelectorAll('.target').forEach((old) => old.classList.remove('target'));
    target.classList.add('target');
    target.scrollIntoView({ block: 'start' });
    target.querySelector('button').focus({ preventScroll: true });
  };
  const reset = () => {
    for (const id of ['search', 'app', 'class', 'kind', 'env']) $(id).value = '';
    apply();
  };

  const heads = () => [...document.querySelectorAll('#list .head')];
  const move = (step) => {
    const all = heads();
    const current = document.activeElement.closest ? document.activeElement.closest('.item') : null;
    const now = current ? all.indexOf(current.querySelector('.head')) : step > 0 ? -1 : all.length;
    const next = all[now + step];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: 'nearest' });
    }
  };
  const escape = () => {
    const item = document.activeElement.closest('.item.open');
    if (item) {
      item.querySelector('.head').click();
      item.querySelector('.head').focus();
    } else if ($('search').value) {
      $('search').value = '';
      apply();
    } else {
      document.activeElement.blur();
    }
  };
  const keyed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $('help').open) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === 'Escape') return escape();
    if (typing) return;
    const actions = { '/': () => $('search').focus(), j: () => move(1), k: () => move(-1), '?': () => $('help').showModal() };
    if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  };

  if (!$('list')) return;
  const all = items.flatMap((item) => [...item.effects, ...item.follow]);
  const options = (id, values) => {
    const names = [...new Set(values)].filter(Boolean).sort();
    $(id).append(...names.map((name) => el('option', { value: name }, name)));
    $(id).hidden = names.length < 2;
    $(id).addEventListener('change', apply);
  };
  options('app', all.map((effect) => effect.app.name));
  options('kind', all.map((effect) => effect.kind));
  options('env', all.map((effect) => effect.env));
  const present = new Set([...all.map((effect) => effect.change.class), ...items.map((item) => item.cause.class)]);
  $('class').append(...CLASSES.filter((name) => present.has(name)).map((name) => el('option', { value: name }, name)));
  $('class').addEventListener('change', apply);
  $('search').addEventListener('input', apply);
  $('reset').addEventListener('click', reset);
  $('more').addEventListener('click', () => draw(BATCH));
  document.querySelectorAll('.class').forEach((button) => button.addEventListener('click', () => {
    $('class').value = $('class').value === button.dataset.class ? '' : button.dataset.class;
    apply();
  }));
  $('keys').hidden = false;
  $('keys').addEventListener('click', () => $('help').showModal());
  document.addEventListener('keydown', keyed);
  addEventListener('hashchange', follow);
  apply();
  follow();
})();
