// Reads one JSON array of cases from standard input and answers one JSON array: for
// each case the vendor's UserSig of it, and what the vendor's code makes of ours.
// The first argument is the folder of the package tls-sig-api-v2.
'use strict';
const zlib = require('zlib');
const { Api } = require(process.argv[2]);

const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const answers = cases.map((c) => {
  const api = new Api(c.app, c.key);
  const buf = c.userBuf === null ? null : Buffer.from(c.userBuf, 'base64');
  const doc = JSON.parse(zlib.inflateSync(Buffer.from(
    c.ours.replace(/_/g, '=').replace(/-/g, '/').replace(/\*/g, '+'), 'base64')).toString());
  const text = doc['TLS.userbuf'] === undefined ? null : doc['TLS.userbuf'];
  return {
    theirs: api.genSig(c.user, c.expire, buf),
    oursHolds: doc['TLS.sig'] === api._hmacsha256(c.user, c.time, c.expire, text) &&
      doc['TLS.ver'] === '2.0' && doc['TLS.identifier'] === c.user &&
      doc['TLS.sdkappid'] === c.app && doc['TLS.time'] === c.time && doc['TLS.expire'] === c.expire &&
      (buf === null ? text === null : buf.equals(Buffer.from(text, 'base64'))),
  };
});
process.stdout.write(JSON.stringify(answers));
