import { type ProblemCode, problemTexts } from './problem.ts';

/** The texts of refusals that people read, in the languages of the cinema. The code is the same in each. */
const russian: Readonly<Record<ProblemCode, string>> = {
  '0000': 'Что-то пошло не так',
  '1003': 'Токен не читается',
  '1004': 'Срок действия токена истёк',
  '2001': 'Платёжная система недоступна',
  '3000': 'Доступ запрещён',
  '3001': 'Объект не найден',
  '3002': 'Тариф не найден',
  '3003': 'Активной подписки нет',
  '3004': 'Способ оплаты не найден',
  '4000': 'Запрос заполнен неверно',
  '4001': 'Тело запроса — не JSON',
  '4002': 'Тип содержимого не поддерживается',
  '4003': 'Запрос слишком большой',
  '4004': 'Адрес не найден',
  '4005': 'Idempotency-Key уже использован с другим запросом',
  '4006': 'Подписка уже есть',
  '4007': 'Команда устарела',
  '4008': 'Тестовые часы не подходят',
  '4009': 'Платёж ещё выполняется',
  '4010': 'Открыто слишком много страниц оплаты',
  '4011': 'Подписка на проверке',
  '4012': 'Платёжная система отклонила заказ',
  '4013': 'Оплата не прошла',
  '4014': 'Заменено более новой покупкой',
  '4015': 'Метод не поддерживается',
  '4016': 'Отменять нечего',
  '4017': 'Подписка не активна',
  '4018': 'Слишком поздно',
  '4019': 'Нужен способ оплаты',
  '4029': 'Слишком много запросов',
  '4039': 'Отменено до оплаты',
  '5003': 'Сервис недоступен',
};

/** The first is the default. */
export const languages = ['en', 'ru'] as const;

export type Language = (typeof languages)[number];

const texts: Readonly<Record<Language, Readonly<Record<ProblemCode, string>>>> = { en: problemTexts, ru: russian };

export const problemText = (code: ProblemCode, language: Language): string => texts[language][code];
