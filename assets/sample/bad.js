// The bad page: whatever happened, it logs in again at once. This is what Kickbench is
// there to find out; do not copy it.
'use strict';
page.onKicked(() => {
  const again = () => page.login().catch((err) => {
    page.log('login() failed: ' + (err.code || '') + ' ' + err.message);
    setTimeout(again, 250);
  });
  again();
});
