/** 等待本人验证的请求；同一时间只有一个，SDK 会排队。 */
let waiting = null;

/**
 * 网关要求二次验证：打开验证页，等到验证完成或页面关闭。验证由页面通过 challenge.answer 完成，请求随即自行继续。
 * The gateway wants a second factor: opens the page and waits until it is proved or the page is left. The page answers; the request then goes on by itself.
 */
function askForFactor(challenge) {
  return new Promise((resolve) => {
    if (waiting !== null) finish(waiting.challenge);
    waiting = { challenge, resolve };
    wx.navigateTo({ url: '/pages/portal/step-up/step-up', fail: () => finish(challenge) });
  });
}

/** 验证页要回答的问题；没有请求在等待时为 null。 */
function currentStepUp() {
  return waiting === null ? null : waiting.challenge;
}

/** 问题结束，不论有没有回答。旧页面的关闭不会结束新的问题。 */
function finish(challenge) {
  if (waiting === null || waiting.challenge !== challenge) return;
  const { resolve } = waiting;
  waiting = null;
  resolve();
}

module.exports = { askForFactor, currentStepUp, finish };
