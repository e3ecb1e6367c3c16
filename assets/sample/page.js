// What both pages share: the SDK, the form, the log. What differs is what happens
// after a kick: good.js and bad.js.
'use strict';
const page = (() => {
  const $ = (id) => document.getElementById(id);
  const query = new URLSearchParams(location.search);
  const form = $('login');
  form.user.value = query.get('user') || '';

  let chat;
  let SDK;
  const handlers = { kicked() {} };

  const log = (text) => {
    const li = document.createElement('li');
    li.textContent = new Date().toISOString().slice(11, 23) + ' ' + text;
    $('log').append(li);
  };

  const show = (state) => {
    $('state').textContent = state;
    form.hidden = state === 'Logged in';
    $('logout').hidden = state !== 'Logged in';
  };

  const tell = (why) => {
    $('reason').textContent = why || '';
    $('reason').hidden = !why;
  };

  // The vendor's SDK is loaded from the user's own install.
  const load = new Promise((resolve, reject) => {
    const s = document.createElement('script');
    s.src = query.get('sdk') || 'index.js';
    s.onload = () => {
      SDK = window.TencentCloudChat || window.TIM;
      resolve();
    };
    s.onerror = () => reject(new Error('The SDK is not at ' + s.src));
    document.head.append(s);
  });

  const create = async () => {
    await load;
    if (chat) return;
    chat = SDK.create({
      SDKAppID: Number(query.get('app') || 1400000001),
      proxyServer: query.get('server') || 'ws://127.0.0.1:7460',
    });
    chat.setLogLevel(4);
    chat.on(SDK.EVENT.SDK_READY, () => { log('SDK_READY'); show('Logged in'); });
    chat.on(SDK.EVENT.SDK_NOT_READY, () => { log('SDK_NOT_READY'); show('Not logged in'); });
    chat.on(SDK.EVENT.KICKED_OUT, (e) => {
      log('KICKED_OUT ' + e.data.type);
      handlers.kicked(e.data.type, SDK.TYPES);
    });
  };

  const login = async () => {
    await create();
    log('login()');
    await chat.login({ userID: form.user.value, userSig: form.sig.value });
  };

  form.addEventListener('submit', (e) => {
    e.preventDefault();
    tell('');
    show('Logging in');
    login().catch((err) => {
      log('login() failed: ' + (err.code || '') + ' ' + err.message);
      show('Not logged in');
      tell('The login failed: ' + err.message);
    });
  });
  $('logout').addEventListener('click', () => chat.logout());
  load.then(() => { document.body.dataset.ready = 'yes'; }, (err) => tell(err.message));

  return { login, log, show, tell, onKicked: (f) => { handlers.kicked = f; } };
})();
