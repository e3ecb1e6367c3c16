// A page that logs in to Tencent Chat, and what it does when it is kicked. Two variants
// of one app: the good one is how it should be, the bad one how it often is. Shipped to
// be tried with `kickbench run builtin:handler-self-test`.
'use strict';

// startSample makes the page's one SDK instance. options: bad, server (the sandbox's
// address), sdkAppID, userID. show is told what the page should show.
window.startSample = (options, show) => {
  const sdk = window.TencentCloudChat;
  const chat = sdk.create({ SDKAppID: options.sdkAppID, proxyServer: options.server });
  chat.setLogLevel(1);
  let userSig = '';

  const login = (sig) => {
    userSig = sig;
    show('Logging in…');
    return chat.login({ userID: options.userID, userSig }).then(
      () => show('Logged in.'),
      (e) => { show(`Login failed: ${e.message} (${e.code})`); throw e; },
    );
  };

  const reasons = {
    [sdk.TYPES.KICKED_OUT_MULT_ACCOUNT]: 'Logged in on another page.',
    [sdk.TYPES.KICKED_OUT_MULT_DEVICE]: 'Logged in on another device.',
    [sdk.TYPES.KICKED_OUT_USERSIG_EXPIRED]: 'Your session has expired.',
    [sdk.TYPES.KICKED_OUT_REST_API]: 'You were logged out by the service.',
  };

  chat.on(sdk.EVENT.KICKED_OUT, (event) => {
    if (options.bad) {
      // Whatever the reason, at once, and nobody is asked: two such pages evict each other
      // for ever. After a moment, because the SDK is still busy logging out.
      setTimeout(() => login(userSig).catch(() => {}), 100);
      return;
    }
    // The session is over. The user is told why, and decides whether to come back.
    show(`${reasons[event.data.type] || 'You were logged out.'} Log in again?`);
  });

  return { chat, login };
};

// wireForm connects the page's form; a page without one is driven by a test.
window.wireForm = (bad) => {
  const form = document.querySelector('form');
  const state = document.querySelector('[role=status]');
  let app = null;
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    const value = (name) => form.elements[name].value.trim();
    app = app || window.startSample({
      bad, server: value('server'), sdkAppID: Number(value('sdkAppID')), userID: value('userID'),
    }, (text) => { state.textContent = text; });
    app.login(value('userSig')).catch(() => {});
  });
};
