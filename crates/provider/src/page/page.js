'use strict';
// In: the admin API of this server. Out: what there is, as text. Everything from the data enters as textContent:
// names and bodies are whatever a client sent, and nothing here makes markup from text. The token stays in a variable.

const SHOWN = 200;
const KEPT = 500;
const at = (id) => document.getElementById(id);
const SECRET = /password|passwd|secret|token|credential|authorization/i;

let token = '';
let session = 0;
let tenant = '';
let state = null;
let exchanges = [];
let paused = false;
let lastState = 0;
let waitingForState = 0;

// What an operator can do, by the admin API's own names. A test holds them against its routes.
const text = (name, label, more = {}) => ({ name, label, kind: 'text', ...more });
const tick = (name, label) => ({ name, label, kind: 'checkbox' });
const ACTIONS = {
  'POST /tenants': { of: 'tenant', label: 'New tenant', fields: [text('name', 'Name (a to z, 0 to 9, -)')] },
  'POST /tenants/{tenant}/copy': { of: 'tenant', label: 'Copy tenant', text: 'Everything but its credentials, as a backup restored elsewhere.', fields: [text('name', 'Name of the copy')] },
  'DELETE /tenants/{tenant}': { of: 'tenant', label: 'Delete tenant', grave: true, text: 'Removes the tenant with everything in it.' },
  'POST /tenants/{tenant}/cleanup': { of: 'tenant', label: 'Clean up', grave: true, text: 'Suspends and unlinks every SCIM user, removes every SCIM group, leaves local accounts alone.' },
  'POST /tenants/{tenant}/clock': { of: 'tenant', label: 'Move the clock', text: 'Tokens expire, limits fill again.', fields: [text('seconds', 'Seconds', { kind: 'number' })] },
  'PUT /tenants/{tenant}/sign-on': { of: 'tenant', label: 'Sign-on', text: 'Whether SCIM is on, and whether single sign-on is enforced.', fields: [tick('scim', 'SCIM is on'), tick('sso_enforced', 'Single sign-on is enforced')] },
  'POST /tenants/{tenant}/tokens': { of: 'tenant', label: 'Issue a token', text: 'The answer is shown once.', fields: [text('name', 'Name'), text('user', 'Id of the user it speaks for (optional)', { optional: true })] },
  'POST /tenants/{tenant}/basic-accounts': { of: 'tenant', label: 'New Basic account', text: 'The answer is shown once.', fields: [text('name', 'Name'), text('password', 'Password (made up without one)', { kind: 'password', optional: true })] },
  'DELETE /tenants/{tenant}/basic-accounts/{name}': { of: 'tenant', label: 'Remove Basic account', grave: true, part: text('name', 'Name') },
  'POST /tenants/{tenant}/oauth-clients': { of: 'tenant', label: 'New OAuth client', text: 'The answer is shown once.', fields: [text('client_id', 'Client id'), text('scope', 'Scope: scim or scim:read (optional)', { optional: true }), text('expires_in', 'Its tokens live for, in seconds (optional)', { kind: 'number', optional: true })] },
  'DELETE /tenants/{tenant}/oauth-clients/{name}': { of: 'tenant', label: 'Remove OAuth client', grave: true, part: text('name', 'Client id') },
  'POST /tenants/{tenant}/accounts': { of: 'tenant', label: 'New local account', text: 'Somebody SCIM did not make.', fields: [text('userName', 'User name'), text('email', 'Email'), tick('admin', 'Administrator'), tick('builtin_sign_in', 'Built-in sign-in')] },
  'POST /tenants/{tenant}/people': { of: 'tenant', label: 'Invite', text: 'By hand, under the permissions of the profile.', fields: [text('userName', 'User name'), text('email', 'Email'), tick('admin', 'Administrator'), tick('builtin_sign_in', 'Built-in sign-in')] },
  'POST /tenants/{tenant}/product-groups': { of: 'tenant', label: 'New product group', fields: [text('name', 'Name')] },
  'POST /tenants/{tenant}/sign-in': { of: 'user', label: 'Sign in', fixed: (user) => ({ userName: user.userName }) },
  'POST /tenants/{tenant}/people/{name}/enable': { of: 'user', label: 'Enable' },
  'POST /tenants/{tenant}/people/{name}/disable': { of: 'user', label: 'Disable' },
  'DELETE /tenants/{tenant}/people/{name}': { of: 'user', label: 'Erase', grave: true },
  'PUT /tenants/{tenant}/people/{name}/profile': { of: 'user', label: 'Edit profile', fields: [text('displayName', 'Display name', { optional: true }), text('title', 'Title', { optional: true }), text('nickName', 'Nick name', { optional: true })] },
  'PUT /tenants/{tenant}/assets/{name}/owner': { of: 'user', label: 'Make owner', part: text('name', 'Asset'), fixed: (user) => ({ userName: user.userName }) },
  'POST /tenants/{tenant}/groups/{id}/rename': { of: 'group', label: 'Rename', fields: [text('displayName', 'New name')] },
  'POST /tenants/{tenant}/product-groups/{id}/rename': { of: 'product', label: 'Rename', fields: [text('displayName', 'New name')] },
  'PUT /tenants/{tenant}/product-groups/{id}/mapping': { of: 'product', label: 'Map', fields: [text('displayName', "Name of the IdP's group")] },
  'DELETE /tenants/{tenant}/product-groups/{id}/mapping': { of: 'product', label: 'End mapping' },
  'POST /tenants/{tenant}/product-groups/{id}/members': { of: 'product', label: 'Add member', fields: [text('userName', 'User name')] },
  'DELETE /tenants/{tenant}/tokens/{name}': { of: 'token', label: 'Revoke', grave: true },
};

/** An element with text and children. */
function make(tag, { className, text: said, ...rest } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (said !== undefined) element.textContent = said;
  Object.assign(element, rest);
  element.append(...children);
  return element;
}

function say(words, bad = false) {
  at('status').textContent = words;
  at('status').className = bad ? 'bad' : '';
}

/** One part of a path; a part of dots would be taken for a way up. */
function part(value) {
  if (value === '' || value === '.' || value === '..') throw new Error(`${JSON.stringify(value)} cannot stand in a path`);
  return encodeURIComponent(value);
}

async function ask(method, path, body) {
  const headers = { authorization: `Bearer ${token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  let answer;
  try {
    answer = await fetch(`/admin${path}`, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'omit', cache: 'no-store',
    });
  } catch {
    throw new Error('the server does not answer; is it still running?');
  }
  const said = await answer.text();
  let value = null;
  try { value = said === '' ? null : JSON.parse(said); } catch { value = null; }
  if (!answer.ok) throw Object.assign(new Error(value?.error ?? `status ${answer.status}`), { status: answer.status });
  return value;
}

// Entering and leaving.

at('enter').addEventListener('submit', async (event) => {
  event.preventDefault();
  token = at('token').value.trim();
  // A header takes nothing else, and fetch would blame the network.
  if (!/^[\x21-\x7e]+$/.test(token)) return say('A token has no spaces and no letters beyond ASCII.', true);
  try {
    await overview();
  } catch (error) {
    token = '';
    return say(`Not connected: ${error.message}.`, true);
  }
  at('token').value = '';
  at('enter').hidden = true;
  at('main').hidden = false;
  at('leave').hidden = false;
  say('Connected.');
  at('tenant').focus();
  session += 1;
  listen(session);
  return readState();
});

at('leave').addEventListener('click', () => leave('Disconnected.'));

function leave(words, bad = false) {
  token = '';
  session += 1;
  state = null;
  exchanges = [];
  tenant = '';
  for (const id of ['users', 'groups', 'product', 'tokens', 'exchanges', 'facts', 'tenant', 'faults', 'tenant-actions']) at(id).replaceChildren();
  if (at('dialog').open) at('dialog').close();
  at('main').hidden = true;
  at('leave').hidden = true;
  at('faults-card').hidden = true;
  at('enter').hidden = false;
  at('token').focus();
  say(words, bad);
}

/** What a failure means: a token that is no longer good ends the session. */
function trouble(error) {
  if (error.status === 401) leave('The token is no longer good.', true);
  else say(`Trouble: ${error.message}.`, true);
}

// Profile, faults, tenants.

async function overview() {
  const seen = await ask('GET', '/overview');
  const profile = seen.profile ? `profile ${seen.profile.name}: ${seen.profile.title}` : 'a SCIM 2.0 service provider';
  at('profile').textContent = profile;
  at('faults-card').hidden = seen.faults.length === 0;
  at('faults').replaceChildren(...seen.faults.map((fault) =>
    make('li', {}, make('p', {}, make('strong', { className: 'bad', text: fault.id }), ` ${fault.name}: ${fault.text}`))));
  const names = seen.tenants.map((one) => one.tenant);
  if (!names.includes(tenant)) tenant = names[0] ?? '';
  const options = seen.tenants.map((one) =>
    make('option', { value: one.tenant, text: `${one.tenant} (${one.users} users, ${one.groups} groups)` }));
  // Rebuilt only when it says something else: an open list would close.
  const before = [...at('tenant').options].map((option) => option.text).join('\n');
  if (before !== options.map((option) => option.text).join('\n')) at('tenant').replaceChildren(...options);
  at('tenant').value = tenant;
  at('facts').dataset.base = seen.tenants.find((one) => one.tenant === tenant)?.base_url ?? '';
}

at('tenant').addEventListener('change', () => {
  tenant = at('tenant').value;
  state = null;
  readState();
  drawExchanges();
});

/** Reads the state soon: at most once a second, however much happens. */
function readStateSoon() {
  if (waitingForState) return;
  const due = Math.max(150, lastState + 1000 - Date.now());
  waitingForState = setTimeout(() => { waitingForState = 0; readState(); }, due);
}

async function readState() {
  const own = session;
  lastState = Date.now();
  try {
    await overview();
    const asked = tenant;
    const seen = asked === '' ? null : await ask('GET', `/tenants/${part(asked)}/state`);
    if (own !== session || asked !== tenant) return;
    state = seen;
    drawState();
  } catch (error) {
    if (own !== session) return;
    if (error.status === 404) readStateSoon();
    else trouble(error);
  }
}

// The state.

const hide = (name, value) => (SECRET.test(name) && typeof value === 'string' ? '[redacted]' : value);

function button(key, subject, name) {
  const action = ACTIONS[key];
  const label = name ? `${action.label} ${name}` : action.label;
  const made = make('button', { type: 'button', text: action.label, className: action.grave ? 'grave' : '' });
  made.setAttribute('aria-label', label);
  made.addEventListener('click', () => open(key, subject, label));
  return made;
}

function buttons(of, subject, name) {
  const keys = Object.keys(ACTIONS).filter((key) => ACTIONS[key].of === of);
  return make('div', { className: 'actions' }, ...keys.map((key) => button(key, subject, name)));
}

/** A fold that stays as the reader left it when the list is drawn anew. */
function fold(kind, id, summary, inside) {
  const made = make('details', {}, summary);
  made.dataset.key = `${kind} ${id}`;
  const fill = () => { if (made.open && made.children.length === 1) made.append(make('div', { className: 'inside' }, ...inside())); };
  made.addEventListener('toggle', fill);
  made.fill = fill;
  return make('li', {}, made);
}

function draw(list, items, one) {
  const opened = new Set([...list.querySelectorAll('details[open]')].map((made) => made.dataset.key));
  const active = document.activeElement;
  const held = list.contains(active) ? [active.closest('details')?.dataset.key, active.getAttribute('aria-label')] : null;
  list.replaceChildren(...items.slice(0, SHOWN).map(one));
  for (const made of list.querySelectorAll('details')) {
    if (opened.has(made.dataset.key)) { made.open = true; made.fill(); }
    if (held && made.dataset.key === held[0]) {
      const again = [...made.querySelectorAll('button')].find((b) => b.getAttribute('aria-label') === held[1]);
      (again ?? made.querySelector('summary')).focus();
    }
  }
}

function count(id, items, all) {
  const shown = Math.min(items.length, SHOWN);
  at(id).textContent = shown === all.length ? `${shown}` : `${shown} of ${all.length} shown`;
}

const json = (value) => make('pre', { className: 'mono', tabIndex: 0, text: JSON.stringify(value, hide, 2) });

function facts(pairs) {
  const rows = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return make('dl', {}, ...rows.flatMap(([name, value]) => [make('dt', { text: name }), make('dd', { text: String(value) })]));
}

function drawState() {
  if (!state) return;
  const words = at('find').value.trim().toLowerCase();
  const fits = (...texts) => words === '' || texts.some((said) => (said ?? '').toLowerCase().includes(words));
  const signOn = `SCIM ${state.sign_on.scim ? 'on' : 'off'}, single sign-on ${state.sign_on.sso_enforced ? '' : 'not '}enforced`;
  const assets = state.assets.map((asset) => `${asset.name} (${asset.owner})`).join(', ');
  at('facts').replaceChildren(...facts([['Base URL', at('facts').dataset.base], ['Sign-on', signOn], ['Assets', assets]]).children);
  if (at('tenant-actions').children.length === 0) at('tenant-actions').append(...buttons('tenant', null).children);

  const locals = new Map(state.local_accounts.map((account) => [account.id, account]));
  const users = state.users.filter((user) => fits(user.userName, user.externalId, user.id));
  count('users-count', users, state.users);
  draw(at('users'), users, (user) => {
    const local = locals.get(user.id);
    const summary = make('summary', {}, make('span', { text: user.userName }),
      make('span', { className: `badge ${user.active ? 'good' : 'bad'}`, text: user.active ? 'active' : 'inactive' }));
    if (local) summary.append(make('span', { className: 'badge odd', text: local.admin ? 'local admin' : 'local' }));
    return fold('user', user.id, summary, () => [
      facts([['id', user.id], ['externalId', user.externalId], ['Email', local?.email], ['Login', user.login], ['Last active', user.last_active], ['Version', user.version]]),
      buttons('user', user, user.userName), json(user.resource)]);
  });

  const groups = state.groups.filter((group) => fits(group.displayName, group.externalId, group.id));
  count('groups-count', groups, state.groups);
  draw(at('groups'), groups, (group) => fold('group', group.id,
    make('summary', {}, make('span', { text: group.displayName }), make('span', { className: 'badge', text: `${group.members.length} members` })),
    () => [facts([['id', group.id], ['externalId', group.externalId], ['Members', group.members.slice(0, 50).map((m) => m.display ?? m.value).join(', ')]]),
      buttons('group', group, group.displayName), json(group.resource)]));

  const product = state.product_groups.filter((group) => fits(group.name, group.mapped_to));
  count('product-count', product, state.product_groups);
  draw(at('product'), product, (group) => fold('product', group.id,
    make('summary', {}, make('span', { text: group.name }), make('span', { className: 'badge', text: `${group.members.length} members` })),
    () => [facts([['id', group.id], ['Mapped to', group.mapped_to], ['Synced', group.synced ? 'yes' : 'no'], ['Members', group.members.slice(0, 50).join(', ')]]),
      buttons('product', group, group.name)]));

  count('tokens-count', state.tokens, state.tokens);
  draw(at('tokens'), state.tokens, (name) => fold('token', name, make('summary', { text: name }), () => [buttons('token', { name }, name)]));
}

at('find').addEventListener('input', drawState);

// Operator actions.

let doing = null;

function open(key, subject, label) {
  const action = ACTIONS[key];
  doing = { key, subject, action };
  at('dialog-title').textContent = label;
  at('dialog-text').textContent = [key.includes('{tenant}') ? `Tenant ${tenant}.` : '', action.text ?? ''].join(' ').trim();
  at('dialog-status').textContent = '';
  at('dialog-answer').hidden = true;
  at('go').hidden = false;
  at('go').textContent = action.label;
  at('cancel').textContent = 'Cancel';
  const all = [...(action.part ? [{ ...action.part, name: 'part' }] : []), ...(action.fields ?? [])];
  at('fields').replaceChildren(...all.flatMap((field) => {
    const input = make('input', { id: `field-${field.name}`, name: field.name, type: field.kind, autocomplete: 'off', required: field.kind !== 'checkbox' && !field.optional });
    if (field.kind === 'number') input.min = '0';
    if (field.kind === 'checkbox') {
      input.checked = Boolean(state?.sign_on?.[field.name]);
      return [make('label', { className: 'inline' }, input, ` ${field.label}`), make('br')];
    }
    return [make('label', { htmlFor: input.id, text: field.label }), input];
  }));
  at('dialog').showModal();
  (at('fields').querySelector('input') ?? at('cancel')).focus();
}

function filled({ key, subject, action }) {
  const value = (name) => at(`field-${name}`).value;
  const [method, template] = key.split(' ');
  const path = template.replace('{tenant}', () => part(tenant)).replace('{id}', () => part(subject.id))
    .replace('{name}', () => part(action.part ? value('part') : subject.userName ?? subject.name));
  const body = action.fixed ? action.fixed(subject) : {};
  for (const field of action.fields ?? []) {
    if (field.kind === 'checkbox') body[field.name] = at(`field-${field.name}`).checked;
    else if (value(field.name) !== '') body[field.name] = field.kind === 'number' ? Number(value(field.name)) : value(field.name);
  }
  return [method, path, method === 'DELETE' ? undefined : body];
}

at('action').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!doing || at('go').hidden) return;
  const current = doing;
  at('go').disabled = true;
  at('dialog-status').textContent = '';
  try {
    const answer = await ask(...filled(current));
    if (current.key === 'POST /tenants') tenant = answer.tenant;
    say(`Done: ${at('dialog-title').textContent}.`);
    if (answer && Object.keys(answer).some((name) => SECRET.test(name))) {
      // The operator asked for a credential: here alone, and gone with the dialog.
      at('dialog-answer').textContent = JSON.stringify(answer, null, 2);
      at('dialog-answer').hidden = false;
      at('go').hidden = true;
      at('cancel').textContent = 'Close';
      at('dialog-text').textContent = 'Copy it now, it is not shown again.';
      at('fields').replaceChildren();
      at('dialog-answer').focus();
    } else {
      at('dialog').close();
    }
    await readState();
  } catch (error) {
    if (error.status === 401) trouble(error);
    else at('dialog-status').textContent = `Refused: ${error.message}.`;
  } finally {
    at('go').disabled = false;
  }
});

at('cancel').addEventListener('click', () => at('dialog').close());
at('dialog').addEventListener('close', () => {
  doing = null;
  at('dialog-answer').textContent = '';
  at('fields').replaceChildren();
});

// Live exchanges.

async function listen(own) {
  let since = 0;
  while (own === session) {
    try {
      const seen = await ask('GET', `/exchanges?since=${since}&wait=10`);
      if (own !== session) return;
      if (seen.latest < since) since = 0;
      if (seen.exchanges.length > 0) {
        since = seen.latest;
        exchanges = [...exchanges, ...seen.exchanges].slice(-KEPT);
        if (!paused) drawExchanges();
        if (seen.exchanges.some((one) => one.method !== 'GET' && one.method !== 'HEAD')) readStateSoon();
        // Many come at once: one drawing for all of them.
        await new Promise((done) => { setTimeout(done, 250); });
      } else if (!seen.recording) {
        return;
      }
    } catch (error) {
      if (own !== session) return;
      trouble(error);
      await new Promise((done) => { setTimeout(done, 2000); });
    }
  }
}

function pretty(said) {
  try { return JSON.stringify(JSON.parse(said), null, 2); } catch { return said; }
}

function drawExchanges() {
  const wanted = exchanges.filter((one) =>
    (!at('only').checked || one.tenant === tenant) && (!at('failed').checked || one.status >= 400)).reverse();
  count('exchanges-count', wanted, exchanges);
  at('quiet').hidden = wanted.length > 0;
  draw(at('exchanges'), wanted, (one) => {
    const colour = one.status < 300 ? 'good' : one.status < 500 ? 'odd' : 'bad';
    const summary = make('summary', { className: 'mono' },
      make('span', { className: `badge ${colour}`, text: one.lost ? `${one.status} lost` : String(one.status) }),
      make('strong', { text: one.method }), ` ${one.path}${one.query ? `?${one.query}` : ''} `,
      make('span', { className: 'dim when', text: `${new Date(one.time).toLocaleTimeString()} · ${one.millis} ms` }));
    return fold('exchange', one.number, summary, () => [
      facts([['Tenant', one.tenant], ['Number', one.number], ['Answer', one.lost ? 'made, and never sent: the connection was cut' : null]]),
      ...(one.request === null ? [] : [make('div', { className: 'dim', text: 'Request' }), make('pre', { tabIndex: 0, text: pretty(one.request) })]),
      ...(one.answer === null ? [] : [make('div', { className: 'dim', text: 'Answer' }), make('pre', { tabIndex: 0, text: pretty(one.answer) })])]);
  });
}

for (const id of ['only', 'failed']) at(id).addEventListener('change', drawExchanges);
at('pause').addEventListener('click', () => {
  paused = !paused;
  at('pause').setAttribute('aria-pressed', String(paused));
  if (!paused) drawExchanges();
});
at('clear').addEventListener('click', () => { exchanges = []; drawExchanges(); });
