const cloud = require('wx-server-sdk');
cloud.init();

exports.main = async (event) => cloud.openapi.security.msgSecCheck({ content: String(event.text) });
