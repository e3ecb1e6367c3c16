// The good page: says why, and leaves it to the user to come back.
'use strict';
page.onKicked((type, TYPES) => {
  // The names are the SDK's constants: one that an old SDK has not is undefined, and
  // must not be taken for the reason.
  const why = new Map([
    [TYPES.KICKED_OUT_MULT_ACCOUNT, 'You logged in on another page, and this one was logged out.'],
    [TYPES.KICKED_OUT_MULT_DEVICE, 'You logged in on another device, and this one was logged out.'],
    [TYPES.KICKED_OUT_USERSIG_EXPIRED, 'Your login has expired. Please log in again.'],
    [TYPES.KICKED_OUT_REST_API, 'An administrator logged you out. Please log in again.'],
  ]);
  why.delete(undefined);
  page.tell(why.get(type) || 'You were logged out (' + type + ').');
  // The SDK has logged out by itself: no logout() here, and no login() either. A
  // UserSig that was revoked or has expired is no use any more: the next login needs
  // a new one.
  document.getElementById('login').sig.value = '';
});
