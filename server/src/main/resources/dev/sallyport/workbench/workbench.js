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

  // What a dialog showed is gone when it is closed, however that happens.
  dialog().addEventListener('close', () => dialog().replaceChildren());

  // Users: how many are selected.
  function countSelected() {
    const shown = document.querySelector('[data-selected]');
    if (!shown) return;
    const form = shown.closest('form');
    const all = form.querySelector('input[name=all]:checked');
    const count = all ? Number(all.dataset.number) : form.querySelectorAll('input[name=user]:checked, input[name=user][type=hidden]').length;
    shown.textContent = count.toLocaleString('en') + ' selected';
  }
  document.addEventListener('change', countSelected);
  document.addEventListener('htmx:afterSettle', countSelected);
})();
