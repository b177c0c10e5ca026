// What the pages need besides htmx: dialogs, copying, selecting many, dropping files, the editor. Nothing is fetched from elsewhere.
'use strict';

(() => {
  const dialog = () => document.getElementById('dialog');

  // A part that is put into the dialog opens it; an empty one closes it.
  document.addEventListener('htmx:afterSwap', event => {
    if (event.detail.target === dialog()) {
      if (dialog().childElementCount > 0) {
        if (!dialog().open) dialog().showModal();
        const first = dialog().querySelector('[autofocus]') || dialog().querySelector('button, input');
        if (first) first.focus({preventScroll: true});
        if (!event.detail.requestConfig?.elt.matches('input')) dialog().scrollTop = 0;      // what it means comes before the button
      } else if (dialog().open) {
        dialog().close();
      }
    }
  });

  document.addEventListener('click', event => {
    const target = event.target.closest('[data-close], [data-copy]');
    if (!target) return;
    if (target.hasAttribute('data-close')) {
      dialog().close();
      dialog().replaceChildren();
    } else {
      copy(target);
    }
  });

  // data-copy names the element whose text is copied.
  async function copy(button) {
    const text = document.getElementById(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
      button.closest('dialog')?.querySelector('[data-once]')?.remove();
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
      button.textContent = 'Press Ctrl+C';
    }
  }

  // A box that checks all boxes of its form.
  document.addEventListener('change', event => {
    if (event.target.matches('[data-check-all]')) {
      event.target.closest('form').querySelectorAll('input[type=checkbox][name="' + event.target.dataset.checkAll + '"]')
        .forEach(each => { each.checked = event.target.checked; });
    }
  });

  // The answer to a form keeps the focus where it was: htmx does so for elements with an id.
  document.addEventListener('keydown', event => {
    if (event.key === '/' && !event.target.closest('input, textarea, select, .CodeMirror')) {
      const search = document.querySelector('[data-search]');
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });

  // What if: a named place fills in its address, the slider and the buttons of the timeline set the time, and no verdict gets stale.
  const at = () => document.getElementById('f-at');
  const local = millis => new Date(Math.round(millis / 1000) * 1000).toISOString().slice(0, 19);

  document.addEventListener('input', event => {
    const field = event.target;
    const place = document.querySelector('[data-places]');
    const slider = document.querySelector('[data-moves]');
    if (place && (field.name === 'ip' || field.name === 'country')) {
      place.selectedIndex = 0;
    } else if (slider && field === slider) {
      at().value = field.value === '0' ? '' : local(Number(slider.dataset.now) + field.value * 3600000);
      slider.setAttribute('aria-valuetext', at().value || 'now');
    } else if (slider && field === at()) {
      slider.value = field.value ? Math.round((Date.parse(field.value + 'Z') - slider.dataset.now) / 3600000) : 0;
    }
  }, true);

  document.addEventListener('change', event => {
    if (event.target.matches('[data-places]') && event.target.selectedIndex > 0) {
      const place = event.target.selectedOptions[0].dataset;
      document.getElementById('f-ip').value = place.ip;
      document.getElementById('f-country').value = place.country;
      event.target.form.dispatchEvent(new Event('input'));
    }
  });

  document.addEventListener('click', event => {
    const button = event.target.closest('[data-at]');
    if (button) {
      at().value = button.dataset.at;
      at().dispatchEvent(new Event('input', {bubbles: true}));
    }
  });

  // A program that fills in a field tells `change` only. What was typed is decided already, and is not asked again when the field is left.
  const asked = () => new URLSearchParams(new FormData(document.getElementById('what-if'))).toString();
  let answered = document.getElementById('what-if') && asked();
  document.addEventListener('htmx:beforeRequest', event => {
    if (event.detail.elt?.id === 'what-if') answered = asked();
  });
  document.addEventListener('change', event => {
    if (event.target.form?.id === 'what-if' && asked() !== answered) event.target.form.dispatchEvent(new Event('input'));
  });

  let opened = [];
  document.addEventListener('htmx:beforeSwap', event => {
    if (event.detail.target?.id === 'verdict') {
      opened = [...document.querySelectorAll('#what-if details[open]')].map(each => each.id);
    }
  });
  document.addEventListener('htmx:afterSwap', event => {
    if (event.detail.target?.id === 'verdict') {
      opened.map(id => document.getElementById(id)).filter(Boolean).forEach(each => { each.open = true; });
      document.querySelectorAll('#what-if [aria-describedby]').forEach(field => {
        field.toggleAttribute('aria-invalid', false);
        if (document.querySelector('#' + field.getAttribute('aria-describedby') + '.problem')) field.setAttribute('aria-invalid', 'true');
      });
    }
  });
  for (const failure of ['htmx:sendError', 'htmx:responseError']) {
    document.addEventListener(failure, event => {
      if (event.detail.elt?.id === 'what-if') {
        ['verdict', 'strip', 'details'].forEach(id => document.getElementById(id).replaceChildren());
        document.getElementById('verdict').textContent = 'There is no verdict: the workbench did not answer. Is `sallyport serve` running?';
      }
    });
  }

  // What is shown once is kept until it is copied, or until its button says so. Chromium closes a dialog at the second Escape unless the key is taken.
  function keepOnce(event) {
    const once = dialog().querySelector('[data-once]');
    if (once) {
      event.preventDefault();
      once.hidden = false;
      dialog().querySelector('[data-copy]').focus();
    }
  }
  dialog().addEventListener('cancel', keepOnce);
  document.addEventListener('keydown', event => { if (event.key === 'Escape') keepOnce(event); });

  // What a dialog showed is gone when it is closed, however that happens.
  dialog().addEventListener('close', () => dialog().replaceChildren());

  // Where the menu is wider than the window, it shows the section of the page.
  const current = document.querySelector('.top nav [aria-current]');
  if (current) {
    const menu = current.parentElement;
    menu.scrollLeft = current.offsetLeft - menu.offsetLeft - (menu.clientWidth - current.offsetWidth) / 2;
  }

  // Users: how many are selected, and whether there is anyone to change.
  function countSelected() {
    const shown = document.querySelector('[data-selected]');
    if (!shown) return;
    const form = shown.closest('form');
    const all = form.querySelector('input[name=all]:checked');
    const count = all ? Number(all.dataset.number) : form.querySelectorAll('input[name=user]:checked, input[name=user][type=hidden]').length;
    shown.textContent = count.toLocaleString('en') + ' selected';
    document.querySelectorAll('[data-selecting]').forEach(each => each.setAttribute('aria-disabled', count === 0));
    document.querySelector('[data-unselected]').hidden = count > 0;
    document.querySelector('[data-selection]').hidden = count === 0;
  }
  document.addEventListener('change', countSelected);
  document.addEventListener('htmx:afterSettle', countSelected);
  countSelected();

  // ---- Replay: a log goes to the server while it is read from the disk; the table of its changes filters in the browser.
  function send(file) {
    const zone = document.querySelector('[data-log]');
    const sent = document.getElementById('sent');
    const target = document.getElementById('replayed');
    const request = new XMLHttpRequest();                             // fetch does not tell how much was sent
    request.open('POST', zone.dataset.log + '?name=' + encodeURIComponent(file.name));
    request.setRequestHeader('form-token', JSON.parse(document.body.getAttribute('hx-headers'))['form-token']);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('HX-Request', 'true');
    request.upload.onprogress = event => { sent.value = event.loaded / event.total; };
    request.onload = () => {
      sent.hidden = true;
      htmx.swap(target, request.responseText, {swapStyle: 'innerHTML'});
    };
    request.onerror = () => {
      sent.hidden = true;
      target.textContent = 'The log was not sent. Check that the workbench runs, and try again.';
    };
    sent.value = 0;
    sent.hidden = false;
    target.replaceChildren();
    request.send(file);
  }

  document.addEventListener('change', event => {
    if (event.target.closest('[data-log]') && event.target.files.length > 0) send(event.target.files[0]);
  });

  for (const type of ['dragover', 'dragleave', 'drop']) {
    document.addEventListener(type, event => {
      const zone = document.querySelector('[data-log]');
      if (!zone) return;
      event.preventDefault();                                         // a file beside the zone must not replace the page
      zone.classList.toggle('over', type === 'dragover');
      if (type === 'drop' && event.dataTransfer.files.length > 0) send(event.dataTransfer.files[0]);
    });
  }

  function filter() {
    const rows = [...document.querySelectorAll('#changes tbody tr')];
    const words = document.getElementById('q').value.toLowerCase().split(/\s+/).filter(Boolean);
    const kind = document.getElementById('k').value;
    rows.forEach(row => {
      const text = row.textContent.toLowerCase();
      row.hidden = !((!kind || row.dataset.kind === kind) && words.every(word => text.includes(word)));
    });
    document.getElementById('n').textContent = rows.filter(row => !row.hidden).length + ' of ' + rows.length + ' shown';
  }

  for (const type of ['input', 'change']) {
    document.addEventListener(type, event => {
      if (event.target.closest('.filter') && document.getElementById('changes')) filter();
    });
  }


  // Why files were not written is told on the page, and not behind the dialog.
  document.addEventListener('htmx:responseError', event => {
    if (event.detail.elt?.matches('[data-write]')) {
      dialog().close();
      document.getElementById('messages').scrollIntoView({block: 'center'});
    }
  });

  // The editor of a policy file. Its text is fetched as it is, with every hidden character, and line ends stay what they are.
  document.addEventListener('DOMContentLoaded', () => document.querySelectorAll('[data-editor]').forEach(edit));

  async function edit(place) {
    const answer = await fetch(place.dataset.editor);
    if (!answer.ok) {
      place.textContent = 'The text cannot be shown. Reload the page.';
      return;
    }
    const text = new TextDecoder('utf-8', {ignoreBOM: true}).decode(await answer.arrayBuffer());
    const lines = text.split('\n').slice(0, -1);
    const editor = CodeMirror(place, {
      value: text, mode: place.dataset.mode, lineNumbers: true, indentUnit: 2, screenReaderLabel: 'Text of ' + place.dataset.name,
      lineSeparator: lines.length > 0 && lines.every(line => line.endsWith('\r')) ? '\r\n' : '\n',
      lineWrapping: true, inputStyle: 'contenteditable',
      extraKeys: {Tab: false, 'Shift-Tab': false}, gutters: ['CodeMirror-lint-markers', 'CodeMirror-linenumbers'],
      lint: {async: true, delay: 200, highlightLines: true, getAnnotations: findings},
    });
    editor.getInputField().setAttribute('role', 'textbox');
    editor.getInputField().setAttribute('aria-multiline', 'true');
    goTo(place.dataset.line + ':1', false);

    // What check finds in the set with this text: beside the lines, and as a list below.
    async function findings(value, update) {
      await htmx.ajax('POST', '/workbench/policies/check', {source: place, target: '#findings', swap: 'innerHTML',
        values: {file: place.dataset.file, policy: place.dataset.policy, text: value}});
      update(editor, [...document.querySelectorAll('#findings [data-finding]')].map(each => {
        const line = Math.max(0, each.dataset.line - 1);
        const start = Math.max(0, each.dataset.column - 1);
        const word = /^[^\s,}\]]*/.exec((editor.getLine(line) || '').slice(start))[0].length;
        return {severity: each.dataset.finding, message: each.dataset.message, from: CodeMirror.Pos(line, start),
          to: CodeMirror.Pos(line, start + Math.max(1, word))};
      }));
    }

    function goTo(goal, withFocus) {
      const [line, column] = goal.split(':').map(each => Math.max(0, each - 1));
      editor.setCursor(line, column, {scroll: false});
      if (withFocus) {
        editor.scrollIntoView({line, ch: column}, 120);
        editor.focus();
      } else {
        editor.scrollTo(null, editor.heightAtLine(line, 'local') - 60);
      }
    }

    document.addEventListener('click', event => {
      const goal = event.target.closest('[data-goto]');
      if (goal) goTo(goal.dataset.goto, true);
    });
  }
})();
