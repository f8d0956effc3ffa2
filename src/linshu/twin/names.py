"""Invented but true-sounding names of people, estates, suppliers; telephone numbers that belong to nobody."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def words(text: str) -> tuple[str, ...]:
    """The words of a line."""
    return tuple(text.split())


SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = words(
    "秀英 桂兰 丽华 淑珍 玉梅 小红 海燕 春梅 建国 志强 建华 国庆 晓燕 丽娟 艳红 文静 雪梅 婷婷 佳怡 思雨 子涵 欣怡 雨桐 浩然 俊杰 宇航 志明 "
    "永强 海涛 文斌 晓东 立军 红梅 金凤 美玲 慧敏 爱华 凤英 玉兰 素芬 敏 静 丽 芳 娜 磊 军 勇 杰 涛 明 超 霞 平 刚 燕 玲 莉 倩 琳 "
    "颖 洁 梦洁 诗琪 梓萱 若曦 嘉欣 雅婷 晨曦 明轩 天宇 博文 家豪 春生 德华 福生 长江 汉生 世杰 伟民 学文 光明 新华 翠萍 菊香 香莲 巧云 月娥"
)
ESTATE_HEADS = words(
    "锦绣 翠湖 阳光 东方 金色 碧水 绿地 华美 世纪 香樟 梧桐 银杏 紫荆 丹桂 玉兰 望江 滨河 清江 云锦 和润 同心 民安 安康 福星 吉庆 瑞景 天润 中央 丽景 "
    "星河 明珠 南苑 北辰 西园 东湖 枫林 竹苑 梅香 荷塘 桃源 杏花 柳岸 秋水 春晓 长青 新天地 学府 书香 名仕 雅居"
)
ESTATE_TAILS = words("花园 小区 家园 新城 名苑 公馆 华府 雅苑 佳苑 里 湾 庭 公寓 新村 国际城 府邸")
SHOPS = words("便利店 水果店 粮油店 快递驿站 菜鸟驿站 母婴店 烟酒店 药房 干洗店 文具店 彩票站 住户")
TITLES = words("姐 哥 阿姨 老师 妈妈 叔 嫂")
SUPPLIER_HEADS = words(
    "楚丰 湘源 江汉 洞庭 绿野 田间 农夫谷 鲜到家 金穗 丰禾 盛农 康源 百鲜 品味 优鲜 惠民 富源 鑫隆 恒达 裕丰 永盛 天和 同福 万家 佳禾 新希 良品 "
    "华农 中粮丰 海之源 渔歌 牧云 乳香 麦田 洁家 净雅 舒心"
)
SUPPLIER_TAILS = {  # by the first letters of the category
    "C1": ("农业科技有限公司", "生鲜供应链有限公司", "种养专业合作社"),
    "C2": ("食品有限公司", "粮油商贸有限公司", "食品供应链有限公司"),
    "C3": ("日用品有限公司", "百货商贸有限公司", "家居用品有限公司"),
}
PLATES = {
    "湖北省": "鄂A",
    "湖南省": "湘A",
    "四川省": "川A",
    "河南省": "豫A",
    "安徽省": "皖A",
    "江西省": "赣A",
    "浙江省": "浙A",
    "江苏省": "苏A",
    "陕西省": "陕A",
}

# No operator was ever given the segment 154, so no such number reaches a person.
PHONE_SEGMENT = 154
PHONE_SPACE = 10**8
_PHONE_STEP = 61_803_399  # coprime to the space: numbers look scattered and never repeat


def phones(index: NDArray[np.int64]) -> NDArray[np.int64]:
    """A distinct, fictitious eleven-digit mobile number for every index below a hundred million."""
    return PHONE_SEGMENT * PHONE_SPACE + (index * _PHONE_STEP + 31_415_926) % PHONE_SPACE


def people(rng: np.random.Generator, count: int) -> list[str]:
    """That many names of people; repeats happen, as among neighbours."""
    heads = rng.integers(0, len(SURNAMES), count) * rng.integers(1, 3, count) // 2
    tails = rng.integers(0, len(GIVEN), count)
    return [SURNAMES[h] + GIVEN[t] for h, t in zip(heads.tolist(), tails.tolist(), strict=True)]


def estates(rng: np.random.Generator, count: int) -> list[str]:
    """That many distinct names of residential estates."""
    pairs = [head + tail for head in ESTATE_HEADS for tail in ESTATE_TAILS]
    order = rng.permutation(len(pairs))
    rounds = ("", "一期", "二期", "三期", "东区", "西区", "南区", "北区")
    return [
        pairs[order[i % len(pairs)]] + rounds[i // len(pairs) % 8] + ("" if i < 8 * len(pairs) else str(i))
        for i in range(count)
    ]
