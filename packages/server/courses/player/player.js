// Plays a course in a learning management system by SCORM 1.2. Written for the browsers of such systems: no module, no dependency.
(() => {
  const course = window.menshenCourse;
  const words = course.words;
  const started = Date.now();
  let api = null;
  let finished = false;
  let at = 0;

  /** The system's interface is in a frame above or in the window that opened this one (SCORM 1.2 RTE §3.3.6.1). */
  const findApi = (from) => {
    let win = from;
    for (let depth = 0; win !== null && depth < 20; depth += 1) {
      try {
        if (win.API) return win.API;
      } catch (_error) {
        return null;
      }
      if (win.parent === win) break;
      win = win.parent;
    }
    return null;
  };
  const call = (name, ...parts) => {
    if (api === null) return '';
    try {
      return api[name](...parts);
    } catch (_error) {
      return '';
    }
  };
  const get = (name) => String(call('LMSGetValue', name) ?? '');
  const set = (name, value) => call('LMSSetValue', name, String(value));

  const byId = (id) => document.getElementById(id);
  const cards = [...document.querySelectorAll('.card')];
  const two = (value) => String(value).padStart(2, '0');

  const sessionTime = () => {
    const seconds = Math.round((Date.now() - started) / 1000);
    return `${String(Math.floor(seconds / 3600)).padStart(4, '0')}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  };
  const end = () => {
    if (finished || api === null) return;
    finished = true;
    set('cmi.core.session_time', sessionTime());
    set('cmi.core.exit', done() ? '' : 'suspend');
    call('LMSCommit', '');
    call('LMSFinish', '');
  };
  const done = () => ['passed', 'completed'].includes(get('cmi.core.lesson_status'));

  const show = (card) => {
    at = Math.max(0, Math.min(cards.length - 1, card));
    cards.forEach((element, place) => {
      element.hidden = place !== at;
    });
    byId('back').disabled = at === 0;
    byId('next').hidden = at === cards.length - 1;
    byId('place').textContent = `${at + 1} / ${cards.length}`;
    set('cmi.core.lesson_location', String(at));
    cards[at].querySelector('h2').focus();
  };

  const shuffled = (items) => {
    const out = [...items];
    for (let last = out.length - 1; last > 0; last -= 1) {
      const other = Math.floor(Math.random() * (last + 1));
      [out[last], out[other]] = [out[other], out[last]];
    }
    return out;
  };
  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className !== undefined) made.className = className;
    return made;
  };

  const startQuiz = () => {
    const place = byId('quiz');
    place.replaceChildren();
    const drawn = shuffled(course.questions).slice(0, course.draw);
    drawn.forEach((question, number) => {
      const group = element('fieldset');
      group.append(element('legend', `${number + 1}. ${question.ask}`));
      const several = question.options.filter(({ right }) => right).length > 1;
      if (several) group.append(element('p', words.several, 'quiet'));
      for (const option of shuffled(question.options)) {
        const label = element('label');
        const input = element('input');
        input.type = several ? 'checkbox' : 'radio';
        input.name = question.id;
        input.dataset.right = option.right ? '1' : '0';
        label.append(input, element('span', option.text));
        group.append(label);
      }
      group.dataset.because = question.because;
      group.dataset.id = question.id;
      place.append(group);
    });
    byId('submit').hidden = false;
    byId('again').hidden = true;
    byId('result').textContent = '';
  };

  const submit = () => {
    const groups = [...byId('quiz').querySelectorAll('fieldset')];
    let right = 0;
    groups.forEach((group, number) => {
      const inputs = [...group.querySelectorAll('input')];
      const good = inputs.every((input) => input.checked === (input.dataset.right === '1'));
      if (good) right += 1;
      for (const input of inputs) input.disabled = true;
      group.append(element('p', `${good ? words.right : words.wrong} ${group.dataset.because}`, good ? 'right' : 'wrong'));
      set(`cmi.interactions.${number}.id`, group.dataset.id);
      set(`cmi.interactions.${number}.type`, 'choice');
      set(`cmi.interactions.${number}.result`, good ? 'correct' : 'wrong');
    });
    const score = Math.floor((right * 100) / groups.length);
    const passed = score >= course.pass;
    set('cmi.core.score.min', '0');
    set('cmi.core.score.max', '100');
    // A later and lesser result takes nothing back.
    const before = Number(get('cmi.core.score.raw')) || 0;
    set('cmi.core.score.raw', String(Math.max(before, score)));
    if (passed || get('cmi.core.lesson_status') !== 'passed') set('cmi.core.lesson_status', passed ? 'passed' : 'failed');
    set('cmi.core.session_time', sessionTime());
    call('LMSCommit', '');
    byId('result').textContent =
      `${words.score.replace('{score}', String(score))} ${passed ? words.passed : words.failed.replace('{pass}', String(course.pass))}`;
    byId('submit').hidden = true;
    byId('again').hidden = passed;
    byId('result').focus();
  };

  api = findApi(window) ?? (window.opener ? findApi(window.opener) : null);
  if (api !== null && String(call('LMSInitialize', '')) !== 'true') api = null;
  byId('offline').hidden = api !== null;
  if (['', 'not attempted'].includes(get('cmi.core.lesson_status'))) set('cmi.core.lesson_status', 'incomplete');
  byId('back').addEventListener('click', () => show(at - 1));
  byId('next').addEventListener('click', () => show(at + 1));
  byId('submit').addEventListener('click', submit);
  byId('again').addEventListener('click', startQuiz);
  window.addEventListener('pagehide', end);
  startQuiz();
  show(Number.parseInt(get('cmi.core.lesson_location'), 10) || 0);
})();
