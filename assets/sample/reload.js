// The page that starts anew: on a kick it loads itself again, and a page that loads logs
// its user in by itself. To the server each time another page comes. Do not copy it.
'use strict';
(() => {
  const form = document.getElementById('login');
  const remember = () => sessionStorage.setItem('login', JSON.stringify([form.user.value, form.sig.value]));
  form.addEventListener('submit', remember);
  page.onKicked(() => location.reload());

  const known = sessionStorage.getItem('login');
  if (!known) return;
  [form.user.value, form.sig.value] = JSON.parse(known);
  page.login().catch((err) => {
    page.log('login() failed: ' + (err.code || '') + ' ' + err.message);
    setTimeout(() => location.reload(), 1000);
  });
})();
