// Runs in every page before anything is logged in: makes the SDK's instance,
// records what it says, in one order, and calls its methods by name.
'use strict';
window.kb = (() => {
  const plain = (v) => {
    try {
      return v === undefined ? null : JSON.parse(JSON.stringify(v));
    } catch (e) {
      return String(e);
    }
  };
  const note = (kind, name, value) => window.kbNote(JSON.stringify({
    kind, name, value: plain(value), at: performance.timeOrigin + performance.now(),
  }));

  const kb = { chat: null, note };

  // With trace, frames stand in the same list as events and calls. The SDK keeps
  // its socket in a worker, so what it posts there and hears from there is noted;
  // the recorder listens first, so a frame precedes whatever it causes.
  kb.trace = () => {
    const text = (d) => (typeof d === 'string' ? d : new TextDecoder().decode(d));
    const frame = (dir, d) => {
      try {
        const f = JSON.parse(text(d));
        note(dir, f.head.servcmd, f);
      } catch (e) {
        note(dir, 'unreadable', String(e));
      }
    };
    const Plain = window.Worker;
    let sockets = 0;
    window.Worker = class Worker extends Plain {
      constructor(...a) {
        super(...a);
        this.addEventListener('message', ({ data }) => {
          const n = this.kbSocket;
          if (!n) return;
          if (data.callback === 'onOpen') note('socket', 'open', { n });
          if (data.callback === 'onClose') note('socket', 'close', { n, code: data.e.code });
          if (data.callback === 'onMessage') frame('down', data.data);
        });
      }

      postMessage(m, ...a) {
        if (m && m.cmd === 'start') note('socket', 'new', { n: (this.kbSocket = ++sockets) });
        if (m && m.cmd === 'sendMessage') frame('up', m.data);
        if (m && m.cmd === 'stop') note('socket', 'stop', { n: this.kbSocket, code: m.code });
        super.postMessage(m, ...a);
      }
    };
  };

  kb.create = (options) => {
    const chat = window.TencentCloudChat.create(options);
    chat.setLogLevel(4);
    const names = new Map(Object.entries(window.TencentCloudChat.EVENT));
    names.set('SDK_DESTROY', 'sdkDestroy');
    for (const [constant, name] of names) {
      chat.on(name, (e) => note('event', constant, e));
    }
    kb.chat = chat;
    window.chat = chat;
  };

  // call runs a method and says how it ended, as a value: an error of the SDK's is
  // what a test asks about, not a failure of the harness.
  kb.call = async (method, ...args) => {
    note('call', method, null);
    let end;
    try {
      const value = plain(await kb.chat[method](...args));
      if (value && value.data && value.data.a2Key) value.data.a2Key = '(kept in the page)';
      end = { ok: true, value };
    } catch (e) {
      end = { ok: false, code: (e && e.code) || 0, message: (e && e.message) || String(e) };
    }
    note('return', method, end);
    return end;
  };
  return kb;
})();
