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
        if (first) first.focus();
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

  // Why files were not written is told on the page, and not behind the dialog.
  document.addEventListener('htmx:responseError', event => {
    if (event.detail.elt.matches('[data-write]')) {
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
