function (doc, old, user, security) {
  var db = user.db, id = doc._id, revs = doc._revisions || {}, ids = revs.ids || [], kind = String(doc.kind);
  var no = function (why) { throw { forbidden: why }; };
  var is = function (value, shape) { return typeof value === 'string' && shape.test(value); };
  var has = function (role) { return user.roles.indexOf(role) !== -1; };
  var isMap = function (it) { return typeof it === 'object' && it !== null && !Array.isArray(it); };
  var office = has('_admin') || has('pengelola');
  if (id.charAt(0) === '_') { if (has('_admin')) return; no('design'); }
  // Written once: the only revisions are 1-<id> and, when it was erased, a second one upon it. What is there says
  // nothing: for another root, or another branch, old is null.
  var last = doc._deleted === true ? 2 : 1;
  if (revs.start !== last || ids.length !== last || ids[last - 1] !== id) no('revision');
  if (!has('tulis:' + db) && !office) no('role');
  if (last === 2 && !office) no('not_erased');
  if (!is(id, /^[0-9a-f]{32}$/) || typeof doc.kind !== 'string') no('not_event');
  var takes = { posyandu: /^(?!rekap\.|tabel\.)\w+\.\w+$/, titipan: /^sealed$/, rekap: /^rekap\.\w+$/,
    aduan: /^(aduan|foto|catatan|data|roster)\.\w+$/, tabel: /^(roster|tabel|posyandu)\.\w+$/ };
  takes.opd = takes.aduan;
  if (!(takes[db.split('-')[0]] || /$^/).test(kind)) no('class');
  if (/^tabel-/.test(db) && !office) no('role');
  var isSealed = kind === 'sealed', photo = doc._attachments;
  var isShaped = doc.v > 0 && (isSealed || is(doc.subject, /^[!-~]{1,200}$/) && is(doc.at, /^[0-9a-f]{12}-[0-9a-f]{4}$/) &&
    is(doc.device, /^[0-9a-f]{32}$/) && doc.n > 0 && Array.isArray(doc.after) && isMap(doc.replaces));
  var isWhole = is(doc.salt, isSealed ? /^[\w-]{43}$/ : /^[\w-]{22}$/) && (isSealed || is(doc.sig, /^[\w-]{86}$/) && is(doc.by, /^[0-9a-f]{32}$/) && isMap(doc.data));
  if (!isShaped || (last === 1 ? !isWhole : 'data' in doc || 'by' in doc || 'sig' in doc)) no('shape');
  if (photo && (kind !== 'foto.added' || Object.keys(photo).join() !== 'foto.jpg')) no('attachment');
}
