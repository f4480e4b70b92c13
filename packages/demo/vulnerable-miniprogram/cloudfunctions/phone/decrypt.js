const crypto = require('node:crypto');

module.exports = (sessionKey, encryptedData, iv) => {
  const decipher = crypto.createDecipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), Buffer.from(iv, 'base64')); // VULN MP-CNT-002 解密后没有核对水印
  return JSON.parse(decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8'));
};
