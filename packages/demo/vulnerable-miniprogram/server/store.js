const mysql = require('mysql2/promise');

exports.db = mysql.createPool({ host: process.env.DB_HOST, user: process.env.DB_USER, password: process.env.DB_PASSWORD });
exports.settings = {};
