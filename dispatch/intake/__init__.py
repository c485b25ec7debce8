"""What phone systems say of a call, read into one form. Pure: text in, `PhoneRecord` out; nothing is looked up."""
