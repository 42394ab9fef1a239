
// The document as a list of items, each with the differences that it made. Where there are no causes, an item is an
// object.
const CLASSES = ['unexplained', 'security', 'expected', 'version', 'implied', 'identity'];

function model(data) {
  const effectAt = (index) => {
    const comparison = data.comparisons[index[0]];
    const app = comparison.apps[index[1]];
    const object = index.length > 2 ? app.objects[index[2]] : null;
    const change = object ? object.changes[index[3]] : app;
    const env = comparison.env || `${comparison.before} → ${comparison.after}`;
    const subject = object ? subjectOf(object) : '';
    const alone = object && object.presence === 'both' ? null : (object || app).presence;
    return {
      comparison, app, object, change, env, subject, alone,
      id: change.id,
      kind: object ? object.kind : 'Application',
      text: [app.name, subject, change.path, short(change.before), short(change.after)].join(' ').toLowerCase(),
    };
  };
  if (data.causes.length) {
    return data.causes.map((cause, i) => item(data, cause, i + 1, cause.effects.map(effectAt), cause.follow.map(effectAt)));
  }
  const items = [];
  data.comparisons.forEach((comparison, c) => comparison.apps.forEach((app, a) => {
    const add = (name, indexes) => {
      const effects = indexes.map(effectAt);
      const one = effects[0].change;
      const worst = CLASSES.find((name) => effects.some((effect) => effect.change.class === name));
      const cause = { ...one, class: worst, name, kind: 'object', before: null, after: null, hops: [], id: `object-${items.length + 1}` };
      items.push(item(data, cause, items.length + 1, effects, []));
    };
    if (app.presence !== 'both') add(app.name, [[c, a]]);
    app.objects.forEach((object, o) => {
      if (object.changes.length) add(subjectOf(object), object.changes.map((_, at) => [c, a, o, at]));
    });
  }));
  return items;
}

function item(data, cause, number, effects, follow) {
  const said = ['before', 'after'].map((side) => (cause[side] && cause[side].text) || null);
  const first = effects[0];
  const isSaid = said[0] !== null || said[1] !== null;
  const values = isSaid || !first || cause.kind === 'object'
    ? said
    : [short(first.change.before), short(first.change.after)].map((text) => text || null);
  const places = ['before', 'after'].map((side) => cause[side] && cause[side].place).filter(Boolean);
  const words = [cause.name, cause.class, cause.risk, cause.reason, cause.owner, ...said,
    ...places.map((place) => `${place.file} ${place.text}`), ...cause.hops.map((hop) => `${hop.what} ${hop.name}`)];
  return { cause, number, effects, follow, values, places, text: words.filter(Boolean).join(' ').toLowerCase() };
}

function subjectOf(object) {
  const after = object.after && object.after.name !== object.name ? ` → ${object.after.name}` : '';
  return `${object.kind}/${object.name}${after}`;
}

// A value on one line.
function short(value) {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 80)}…${text.slice(-38)}` : text;
}

// A value on as many lines as it takes.
function long(value) {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

// The lines of two texts: those around the part that differs, and that part.
function lineDiff(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start
    && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const around = 3;
  const lines = [];
  if (start > around) lines.push(['gap', `… ${start - around} lines`]);
  old.slice(Math.max(0, start - around), start).forEach((line) => lines.push(['', `  ${line}`]));
  old.slice(start, old.length - end).forEach((line) => lines.push(['gone', `- ${line}`]));
  now.slice(start, now.length - end).forEach((line) => lines.push(['new', `+ ${line}`]));
  old.slice(old.length - end, old.length - end + around).forEach((line) => lines.push(['', `  ${line}`]));
  if (end > around) lines.push(['gap', `… ${end - around} lines`]);
  return lines;
}
