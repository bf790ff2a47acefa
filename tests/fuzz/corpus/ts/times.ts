@problemName T
@timeStamps true
@univariate true
@classLabel false
@data
(2020-01-01 10:00:00,1.5),(2020-01-01 11:00:00,2)
(2020-01-02 10:00:00,?)
