/**
 * What people build passwords of: words, names, keyboard walks and pinyin that lead every published list of leaked passwords. Not a copy of any list.
 * {@link commonPasswords} makes of them the passwords that our least length lets through.
 */
export const commonWords: readonly string[] = `
password passwd passw0rd pass passwort passphrase secret secrets letmein welcome hello login signin access admin
administrator root guest user username test testing tester demo sample default changeme change temp temporary master
superman batman spiderman ironman captain avengers pokemon pikachu naruto goku dragonball starwars startrek skywalker vader
yoda gandalf hobbit matrix trinity morpheus qwerty qwertyuiop qwertyui qwert asdf asdfgh asdfghjkl asdfghj zxcvbn zxcvbnm
zxcv qazwsx qazwsxedc qweasd qweasdzxc qweasdzx qwe123 asd123 zxc123 azerty qwertz 1qaz2wsx 1qaz2wsx3edc zaq12wsx zaq1zaq1
xsw2zaq1 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e a1b2c3 a1b2c3d4 a1s2d3f4 abc123 abcd1234
abcdef abcdefg abcdefgh abcdefghij abcdefghijkl aaaaaa aaaaaaaa asdasd asdasdasd qweqwe qweqweqwe zxczxc poiuyt poiuytrewq
lkjhgf lkjhgfdsa mnbvcxz mnbvcx iloveyou iloveu loveyou lovely lover love loveme lovers forever together always sweetheart
darling honey baby babygirl babyboy angel angels princess prince queen king kitty kitten puppy doggie bunny butterfly flower
flowers rose sunshine sunflower sunset summer winter spring autumn october november december january february september
august monday tuesday wednesday thursday friday saturday sunday weekend holiday christmas easter halloween birthday monkey
dragon tiger lion eagle falcon hawk wolf bear shark dolphin horse pony zebra panda koala elephant cat dog fish bird chicken
turtle spider snake phoenix unicorn mustang bronco pegasus football baseball basketball soccer hockey tennis golf golfer
boxing cricket rugby swimming running dance dancer music guitar piano drummer singer michael jordan michelle jennifer
jessica ashley amanda nicole daniel matthew andrew joshua anthony robert thomas charlie george harley hunter ranger buster
austin tyler taylor jackson johnson william jasmine samantha stephanie elizabeth victoria alexander alexandra christian
christopher benjamin jonathan nicholas patrick richard steven brandon justin kevin brian jason david james joseph martin
maggie ginger pepper peanut cookie chocolate cheese banana orange apple cherry coffee pizza hamburger bacon yankees lakers
cowboys steelers raiders redskins eagles packers patriots dodgers giants liverpool chelsea arsenal manchester barcelona
realmadrid juventus computer internet windows microsoft google facebook twitter instagram linkedin youtube amazon apple123
samsung iphone android nokia network server database oracle mysql system security hacker hacked cisco switch router firewall
backup service support manager office company business finance account payroll employee staff portal member mercedes ferrari
porsche lamborghini corvette camaro toyota honda yamaha suzuki ducati harleydavidson mustang67 freedom liberty america
american england london paris berlin canada mexico brasil australia newyork california texas florida chicago boston hawaii
jamaica ireland scotland germany france italia espana portugal russia moscow japan tokyo korea seoul singapore hongkong
taiwan beijing shanghai guangzhou shenzhen hangzhou nanjing wuhan chengdu chongqing tianjin suzhou xian zhongguo zhonghua
china chinese huawei xiaomi tencent alibaba taobao tmall jingdong baidu weibo weixin wechat qiyeweixin dingding dingtalk
feishu alipay zhifubao qq qqqq woaini woaiwo woainima woaiwojia wodemima wodeshijie nishishui nihao nihaoma xiexie mima
mimamima mima123 zhangwei wangwei wangfang liwei lina zhangmin lijing wangjing liuwei wangxiu zhanglei lili liuyang chenwei
zhangjie zhangsan lisi wangwu zhaoliu xiaoming xiaohong xiaogang laopo laogong baobao baobei tiantian mengmeng dandan
yangyang feifei lele tongtong longlong huanhuan xingfu kuaile pingan jiankang facai gongxi gongxifacai dashi mayun caonima
woshishui woshini woshizhu woshitiancai tiancai aini ainiyiwannian yiwannian shengri kuaile888 jiayou zhongguoren aizhongguo
trustno1 whatever nothing something anything nobody somebody internet1 killer ninja samurai warrior wizard master1 shadow
ghost spirit magic mystery lucky luckyme success winner champion victory power money million dollar diamond silver golden
crystal purple yellow orange1 black white green blue red pink rainbow star stars starlight moon moonlight galaxy universe
planet earth thunder lightning storm hurricane tornado blizzard snowball snowman icecream candy sugar sweet spicy jesus
jesuschrist christ god heaven bible church faith hope grace blessing amen allah buddha mother father mommy daddy mama papa
sister brother family friend friends bestfriend school student teacher college university graduate class fuckyou fuckme
fuckoff asshole bitch bullshit shit pussy dick sexy sex hottie hotgirl naked porn playboy nintendo playstation xbox gamer
gaming player minecraft fortnite roblox counterstrike warcraft worldofwarcraft starcraft diablo leagueoflegends callofduty
assassin zelda mario sonic metallica nirvana slipknot linkinpark greenday blink182 eminem rockstar rocknroll beatles
pinkfloyd ironmaiden fishing hunting camping hiking surfing skiing snowboard skateboard motorcycle bicycle racing driver
pilot soldier marine army navy airforce police sheriff doctor nurse engineer lawyer sierra bravo charlie1 delta tango
foxtrot november1 zulu alpha omega apollo athena hercules zeus thor odin loki wonder dreamer dream dreams believe imagine
remember tomorrow yesterday today midnight morning night sunrise ocean river mountain island desert forest jungle garden
castle tower bridge maverick merlin scooter scooby snoopy garfield mickey minnie donald tweety barney barbie cinderella
aladdin tinkerbell winnie pooh simba nemo dexter homer bart simpson simpsons southpark cartman valentina valentine natasha
natalie vanessa veronica isabella gabriella angelina catherine caroline charlotte patricia barbara margaret dorothy rebecca
rachel melissa heather kimberly lauren megan danielle tiffany brittany crystal1 sabrina monica claudia andrea carmen maria
juan carlos jose miguel pedro pablo antonio francisco alejandro fernando rodrigo santiago sebastian mateo menshen
`
  .trim()
  .split(/\s+/);
