/** 涉及隐私的接口被调用、而用户尚未同意时出现（app.json 中 __usePrivacyCheck__ 为 true）。 */
Component({
  data: { visible: false, contractName: '用户隐私保护指引' },

  lifetimes: {
    attached() {
      this.pending = [];
      if (!wx.onNeedPrivacyAuthorization) return;
      wx.onNeedPrivacyAuthorization((resolve) => {
        this.pending.push(resolve);
        this.setData({ visible: true });
        if (wx.getPrivacySetting) {
          wx.getPrivacySetting({
            success: ({ privacyContractName }) =>
              privacyContractName && this.setData({ contractName: privacyContractName.replace(/[《》]/g, '') }),
          });
        }
      });
    },
    detached() {
      this.answer({ event: 'disagree' });
    },
  },

  methods: {
    ignore() {},
    openContract() {
      wx.openPrivacyContract({});
    },
    agree() {
      this.answer({ event: 'agree', buttonId: 'agree' });
    },
    disagree() {
      this.answer({ event: 'disagree' });
    },
    answer(decision) {
      const pending = this.pending;
      this.pending = [];
      for (const resolve of pending) resolve(decision);
      this.setData({ visible: false });
    },
  },
});
