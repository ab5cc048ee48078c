'use strict';
// Everything shown comes from the record and may hold anything: it is set as text, never as markup.
(() => {
  const record = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const el = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'class') made.className = value;
      else if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value);
    }
    for (const child of children) if (child !== null && child !== undefined && child !== '') made.append(child);
    return made;
  };
  const plural = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;
  const tone = { passed: 'good', failed: 'bad', bug: 'bad', hazard: 'bad', violation: 'bad', warning: 'odd' };
  const word = (text) => el('span', { class: `word ${tone[text] ?? 'odd'}` }, text);
  const full = (s) => `${s.feature} / ${s.name}${s.idp ? ` [${s.idp}]` : ''}`;
  const place = ({ kind, at }) => ({ status: 'status', header: `header ${at}`, body: at ? `body at ${at}` : 'body', state: `state: ${at}` })[kind];
  const lazy = (summary, fill, open = false) => {
    const inside = el('div', { class: 'inside' });
    const details = el('details', {}, summary, inside);
    let filled = false;
    const build = () => { if (details.open && !filled) { filled = true; inside.append(...fill()); } };
    details.addEventListener('toggle', build);
    if (open) { details.open = true; build(); }
    return details;
  };
  const pretty = (text) => {
    try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
  };
  const pairs = (entries) => {
    const list = el('dl');
    for (const [name, value] of entries) if (value) list.append(el('dt', {}, name), el('dd', {}, value));
    return list;
  };

  const verdicts = {
    conformant: ['conformant', 'good'], findings: ['NOT conformant', 'bad'], blocked: ['not judged in full', 'odd'],
    'nothing-judged': ['nothing could be judged', 'odd'], 'snapshots-pending': ['conformant, snapshots to look at', 'odd'],
    bug: ['no verdict: scimulate itself failed', 'bad'], interrupted: ['no verdict: interrupted', 'odd'],
  };
  const [said, how] = verdicts[record.verdict];
  $('verdict').textContent = said;
  $('verdict').classList.add(how);
  document.title = `${said}: ${record.target.name}`;
  const { target, totals } = record;
  $('target').textContent = `${target.name === target.base_url ? '' : `${target.name}, `}${target.base_url}, profile ${target.profile}${record.asked.length > 0 ? `, for ${record.asked.join(', ')}` : ''}`;
  const counts = Object.entries(totals).filter(([name, n]) => n > 0 && !['scenarios', 'requests'].includes(name));
  $('totals').textContent = `${plural(totals.scenarios, 'scenario')}: ${counts.map(([name, n]) => `${n} ${name.replaceAll('_', ' ')}`).join(', ')}; `
    + `${plural(totals.requests, 'request')} in ${(record.duration_ms / 1000).toFixed(2)} s; ${plural(record.exercised.length, 'requirement')} exercised`;
  $('made').textContent = `${record.tool}, started ${record.started_at}, seed ${record.seed}${record.exchanges_left_out ? `; the exchanges of ${plural(record.exchanges_left_out, 'scenario')} were left out to keep this file small` : ''}`;

  // One exchange: request and answer.
  const message = (first, headers, body) => {
    const head = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
    return el('pre', { tabindex: '0' }, [first, head, '', pretty(body ?? '')].filter((part, at) => part || at === 2).join('\n').trimEnd());
  };
  const exchange = (x, number) => {
    const status = x.answer ? String(x.answer.status) : 'no answer';
    const bad = !x.answer || x.answer.status >= 400;
    const summary = el('summary', {}, el('span', { class: 'mono' }, `${number} ${x.method} ${x.url} `),
      el('span', { class: bad ? 'odd' : 'good' }, status), el('span', { class: 'dim small' }, ` ${x.actor}, ${x.duration_ms.toFixed(1)} ms`));
    return lazy(summary, () => [
      el('h3', {}, 'Request'), message(`${x.method} ${x.url}`, x.headers, x.body),
      el('h3', {}, 'Answer'),
      x.answer ? message(status, x.answer.headers, x.answer.body + (x.answer.truncated ? '\n[cut]' : '')) : el('p', { class: 'bad' }, x.failure ?? 'no answer'),
    ]);
  };

  const finding = (f, scenario) => {
    const shown = f.exchange === null || f.exchange === undefined ? undefined : scenario.exchanges[f.exchange];
    return [
      pairs([['where', place(f.place)], ['expected', f.expected], ['seen', f.seen], ['why it matters', f.why], ['remedy', f.remedy]]),
      shown ? exchange(shown, f.exchange + 1) : '',
    ].filter(Boolean);
  };

  const open = (scenario) => {
    for (const id of ['search', 'ending', 'idp', 'feature']) $(id).value = '';
    draw(Infinity);
    const at = document.querySelector(`[data-number="${record.scenarios.indexOf(scenario)}"]`);
    const details = at.querySelector('details');
    details.open = true;
    details.querySelector('summary').focus();
    at.scrollIntoView({ block: 'start' });
  };

  // Findings, folded.
  const byName = new Map();
  for (const scenario of record.scenarios) if (!byName.has(full(scenario))) byName.set(full(scenario), scenario);
  const example = (summary) => {
    let first;
    for (const name of summary.scenarios) {
      const scenario = byName.get(name);
      const found = scenario?.findings.find((f) => f.requirement === summary.requirement && f.severity === summary.severity && f.place.kind === summary.place.kind);
      if (found && scenario.exchanges[found.exchange]) return [found, scenario];
      if (found && !first) first = [found, scenario];
    }
    return first;
  };
  if (record.cause) $('cause').textContent = record.cause;
  $('cause').hidden = !record.cause;
  for (const summary of record.findings) {
    const found = example(summary);
    const head = el('summary', {}, word(summary.severity), el('span', { class: 'id' }, summary.requirement),
      found ? found[0].text : '', el('span', { class: 'dim small' }, ` ${plural(summary.count, 'time')} in ${plural(summary.scenarios.length, 'scenario')}`));
    $('finding-list').append(el('li', {}, lazy(head, () => [
      ...(found ? finding(found[0], found[1]) : []),
      el('h3', {}, 'Shown by'),
      el('ul', { class: 'plain' }, ...summary.scenarios.slice(0, 50).map((name) => {
        const scenario = byName.get(name);
        return el('li', {}, scenario ? el('button', { class: 'link', type: 'button', onclick: () => open(scenario) }, name) : name,
          el('span', { class: 'dim small' }, scenario ? ` ${scenario.file}:${scenario.line}` : ''));
      })),
    ])));
  }
  if (!record.findings.length) $('finding-list').append(el('li', {}, el('p', {}, 'None.')));

  // Tables.
  const table = (id, heads, rows) => {
    const row = (cells, kind) => el('tr', {}, ...cells.map((cell, at) => el(kind, at ? { class: 'n' } : {}, cell instanceof Node ? cell : String(cell))));
    $(id).append(el('thead', {}, row(heads, 'th')), el('tbody', {}, ...rows.map((cells) => row(cells, 'td'))));
  };
  const search = (text) => el('button', { class: 'link', type: 'button', onclick: () => { $('search').value = text; draw(); $('scenarios').scrollIntoView(); $('search').focus(); } }, text);
  // RFC requirements by section, the others by family.
  const family = (id) => (id.startsWith('RFC') ? id.replace(/-[^-.]*$/, '') : id.split('-')[0]);
  table('topic-table', ['topic', 'exercised', 'provable', 'not held'],
    record.topics.map((t) => [t.name, t.exercised, t.provable, t.broken || '']));
  const groups = new Map();
  for (const id of record.exercised) {
    const section = family(id);
    const group = groups.get(section) ?? { held: 0, broken: new Set() };
    group.held += 1;
    groups.set(section, group);
  }
  for (const f of record.findings) {
    const section = family(f.requirement);
    const group = groups.get(section) ?? { held: 0, broken: new Set() };
    group.broken.add(f.requirement);
    groups.set(section, group);
  }
  table('requirement-table', ['requirements', 'exercised', 'not held'],
    [...groups].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })).map(([section, group]) => [search(section), group.held, group.broken.size || '']));
  const idps = new Map();
  for (const scenario of record.scenarios) {
    const name = scenario.idp ?? 'named in the scenario';
    const line = idps.get(name) ?? { all: 0, passed: 0, failed: 0, other: 0 };
    line.all += 1;
    line[['passed', 'failed'].includes(scenario.outcome.kind) ? scenario.outcome.kind : 'other'] += 1;
    idps.set(name, line);
  }
  table('idp-table', ['identity provider', 'scenarios', 'passed', 'failed', 'other'], [...idps].map(([name, n]) => [name, n.all, n.passed, n.failed || '', n.other || '']));

  // A scenario's time: a bar for each exchange.
  const timeline = (scenario) => {
    const ns = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(ns, 'svg');
    const end = Math.max(scenario.duration_ms, ...scenario.exchanges.map((x) => x.at_ms + x.duration_ms), 0.001);
    svg.setAttribute('viewBox', '0 0 1000 24');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('class', 'time');
    svg.setAttribute('height', '24');
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', `${plural(scenario.exchanges.length, 'exchange')} in ${end.toFixed(0)} ms`);
    scenario.exchanges.forEach((x, at) => {
      const bar = document.createElementNS(ns, 'rect');
      bar.setAttribute('x', String(x.at_ms / end * 1000));
      bar.setAttribute('width', String(Math.max(x.duration_ms / end * 1000, 1.5)));
      bar.setAttribute('y', x.actor === 'witness' ? '14' : '2');
      bar.setAttribute('height', '9');
      bar.setAttribute('class', !x.answer || x.answer.status >= 400 ? 'bad' : x.actor === 'witness' ? 'witness' : '');
      const title = document.createElementNS(ns, 'title');
      title.textContent = `${at + 1} ${x.actor}: ${x.method} ${x.url} after ${x.at_ms.toFixed(1)} ms`;
      bar.append(title);
      svg.append(bar);
    });
    return svg;
  };
  const diff = (text) => el('pre', { class: 'diff', tabindex: '0' }, ...text.split('\n').map((line) => el('span', {
    class: line.startsWith('@@') ? 'at' : line.startsWith('-') ? 'gone' : line.startsWith('+') ? 'new' : '',
  }, line || ' ')));
  const body = (scenario) => {
    const parts = [el('p', { class: 'dim small' }, `${scenario.file}:${scenario.line}  ${scenario.tags.map((t) => `@${t}`).join(' ')}`)];
    if (scenario.outcome.reason) parts.push(el('p', { class: tone[scenario.outcome.kind] ?? 'odd' }, scenario.outcome.reason));
    parts.push(el('ol', { class: 'steps' }, ...scenario.steps.map((step) => el('li', {}, el('span', { class: 'kw' }, step.keyword.trim()),
      el('span', { class: step.outcome.kind === 'passed' ? '' : tone[step.outcome.kind] ?? 'odd' }, step.text),
      step.outcome.reason ? el('span', { class: 'dim small' }, ` ${step.outcome.reason}`) : ''))));
    for (const f of scenario.findings) parts.push(el('h3', {}, word(f.severity), el('span', { class: 'id' }, f.requirement), f.text), ...finding(f, scenario));
    for (const note of scenario.notes) parts.push(el('p', { class: 'small' }, `note: ${note}`));
    for (const left of scenario.left_behind) parts.push(el('p', { class: 'bad' }, `left behind: ${left}`));
    if (scenario.snapshot?.diff) parts.push(el('h3', {}, `Against the snapshot (${scenario.snapshot.outcome})`), diff(scenario.snapshot.diff));
    if (scenario.exchanges.length) {
      parts.push(el('h3', {}, plural(scenario.exchanges.length, 'exchange')), timeline(scenario),
        el('ol', { class: 'plain' }, ...scenario.exchanges.map((x, at) => el('li', {}, exchange(x, at + 1)))));
    }
    return parts;
  };

  // The list of scenarios.
  const PAGE = 100;
  const texts = record.scenarios.map((s) => [full(s), s.file, ...s.tags.map((t) => `@${t}`), ...s.findings.flatMap((f) => [f.requirement, f.text]),
    ...s.exercised, s.outcome.reason ?? '', ...s.notes, ...s.steps.map((step) => step.text)].join('\n').toLowerCase());
  const fill = (id, all, values) => $(id).append(el('option', { value: '' }, all), ...[...new Set(values)].sort().map((v) => el('option', { value: v }, v)));
  fill('ending', 'all', record.scenarios.map((s) => s.outcome.kind));
  fill('idp', 'all', record.scenarios.map((s) => s.idp ?? '').filter(Boolean));
  fill('feature', 'all', record.scenarios.map((s) => s.feature));
  function draw(most = PAGE) {
    const [text, ending, idp, feature] = ['search', 'ending', 'idp', 'feature'].map((id) => $(id).value);
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = record.scenarios.map((s, at) => [s, at]).filter(([s, at]) => (!ending || s.outcome.kind === ending)
      && (!idp || s.idp === idp) && (!feature || s.feature === feature) && words.every((w) => texts[at].includes(w)));
    const rank = (s) => (['failed', 'bug'].includes(s.outcome.kind) ? 0 : s.outcome.kind === 'passed' ? 2 : 1);
    wanted.sort(([a, x], [b, y]) => rank(a) - rank(b) || x - y);
    $('shown').textContent = `${wanted.length} of ${plural(record.scenarios.length, 'scenario')}`;
    $('scenario-list').replaceChildren(...wanted.slice(0, most).map(([s, at]) => el('li', { 'data-number': String(at) }, lazy(
      el('summary', {}, word(s.outcome.kind), full(s), el('span', { class: 'dim small' }, ` ${(s.duration_ms / 1000).toFixed(2)} s`)), () => body(s)))));
    $('more').hidden = wanted.length <= most;
    $('more').onclick = () => draw(Infinity);
  }
  for (const id of ['search', 'ending', 'idp', 'feature']) $(id).addEventListener('input', () => draw());
  $('filter').addEventListener('submit', (event) => event.preventDefault());
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !['INPUT', 'SELECT'].includes(document.activeElement.tagName)) { event.preventDefault(); $('search').focus(); }
    if (event.key === 'Escape' && document.activeElement === $('search')) { $('search').value = ''; draw(); }
  });
  draw();
})();
