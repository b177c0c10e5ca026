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

  let opened = [];
  document.addEventListener('htmx:beforeSwap', event => {
    if (event.detail.target.id === 'verdict') {
      opened = [...document.querySelectorAll('#what-if details[open]')].map(each => each.id);
    }
  });
  document.addEventListener('htmx:afterSwap', event => {
    if (event.detail.target.id === 'verdict') {
      opened.map(id => document.getElementById(id)).filter(Boolean).forEach(each => { each.open = true; });
      document.querySelectorAll('#what-if [aria-describedby]').forEach(field => {
        field.toggleAttribute('aria-invalid', false);
        if (document.querySelector('#' + field.getAttribute('aria-describedby') + '.problem')) field.setAttribute('aria-invalid', 'true');
      });
    }
  });
  for (const failure of ['htmx:sendError', 'htmx:responseError']) {
    document.addEventListener(failure, event => {
      if (event.detail.elt.id === 'what-if') {
        ['verdict', 'strip', 'details'].forEach(id => document.getElementById(id).replaceChildren());
        document.getElementById('verdict').textContent = 'There is no verdict: the workbench did not answer. Is `sallyport serve` running?';
      }
    });
  }
})();
