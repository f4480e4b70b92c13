CREATE TABLE shop_admin (id int, name varchar(32), password varchar(64));
INSERT INTO shop_admin VALUES (1, 'admin', '21232f297a57a5a743894a0e4a801fc3'); -- VULN MP-SEC-012 固定口令的管理员
